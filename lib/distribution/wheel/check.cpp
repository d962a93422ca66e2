// A wheel says four times what it is: in its file name, in its .dist-info directory, in METADATA
// and in RECORD. An installer that trusts any single one can be led to install one thing and to
// record another, so all four must agree before anything is used. RECORD in particular is trusted
// later on (uninstall removes what it lists, verify compares with it), and the members' hashes are
// known anyway from unpacking, so every row is checked here, once, and never again.
#include "distribution/wheel/check.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>

#include "archive/zip_format.h"
#include "base/text.h"
#include "pep/entry_points.h"
#include "pep/name.h"
#include "pep/record.h"

namespace pipit::distribution {
namespace {

constexpr std::uint64_t kMaxWheelText = 1u << 20;
constexpr std::uint64_t kMaxRecord = 64u << 20;
constexpr std::string_view kDistInfo = ".dist-info";
constexpr std::string_view kData = ".data";

std::unexpected<Error> bad_wheel(std::string_view file, std::string_view why) {
  return fail(Code::bad_wheel, cat(base::printable(file), ": ", why));
}

std::string_view first_component(std::string_view path) { return path.substr(0, path.find('/')); }

/// "torch-2.0.0+cpu" from "torch-2.0.0+cpu-cp312-….whl".
std::string_view name_and_version(std::string_view file_name) {
  std::size_t dash = file_name.find('-');
  return file_name.substr(0, file_name.find('-', dash + 1));
}

struct WheelDirectories {
  std::string dist_info, data;
};

/// The two directories that belong to the wheel format, at the top of the archive.
Result<WheelDirectories> find_directories(std::string_view file,
                                          const std::vector<cache::WheelFile>& files,
                                          const pep::WheelName& name) {
  std::set<std::string_view> tops;
  for (const cache::WheelFile& member : files) {
    if (member.path.find('/') != std::string::npos) tops.insert(first_component(member.path));
  }
  WheelDirectories found;
  for (std::string_view top : tops) {
    if (!top.ends_with(kDistInfo)) continue;
    if (!found.dist_info.empty())
      return bad_wheel(file, cat("has two .dist-info directories: ", found.dist_info, ", ",
                                 base::printable(top)));
    found.dist_info = top;
  }
  if (found.dist_info.empty()) return bad_wheel(file, "has no .dist-info directory");
  if (!is_dist_info_of(found.dist_info, file, name)) {
    return bad_wheel(file,
                     cat("its ", base::printable(found.dist_info), " belongs to something else"));
  }
  std::string_view stem =
      std::string_view(found.dist_info).substr(0, found.dist_info.size() - kDistInfo.size());
  for (std::string_view top : tops) {
    if (!top.ends_with(kData) || top.find('-') == std::string_view::npos) continue;
    if (top.substr(0, top.size() - kData.size()) != stem) {
      return bad_wheel(file, cat(base::printable(top), " belongs to something else"));
    }
    found.data = top;
  }
  return found;
}

/// Files of the .data directory lie in one of the five schemes.
Result<void> check_data(std::string_view file, const std::vector<cache::WheelFile>& files,
                        std::string_view data) {
  constexpr std::array<std::string_view, 5> kSchemes{"purelib", "platlib", "headers", "scripts",
                                                     "data"};
  if (data.empty()) return {};
  for (const cache::WheelFile& member : files) {
    if (first_component(member.path) != data) continue;
    std::string_view rest = std::string_view(member.path).substr(data.size() + 1);
    std::size_t slash = rest.find('/');
    bool known = slash != std::string_view::npos &&
                 std::count(kSchemes.begin(), kSchemes.end(), rest.substr(0, slash)) == 1;
    if (!known)
      return bad_wheel(file, cat(base::printable(member.path), ": is in no installation scheme"));
  }
  return {};
}

/// The WHEEL file: a major version that we know. What was before 1.0 is read alike, as by pip.
Result<void> check_wheel_file(std::string_view file, std::string_view text,
                              std::vector<std::string>& oddities) {
  std::vector<std::string> versions = pep::metadata_field(text, "Wheel-Version");
  if (versions.empty()) return bad_wheel(file, "WHEEL names no Wheel-Version");
  auto major = base::parse_uint(base::split(versions[0], '.')[0]);
  if (!major)
    return bad_wheel(file, cat("WHEEL has a broken Wheel-Version: ", base::printable(versions[0])));
  if (*major == 0) {
    oddities.push_back(cat("Wheel-Version ", base::printable(versions[0]),
                           " is older than 1.0, and read as if it were that"));
  }
  if (*major > 1) {
    return fail(Code::unsupported,
                cat(base::printable(file), ": Wheel-Version ", base::printable(versions[0]),
                    " is newer than this pipit understands"));
  }
  return {};
}

/// Checks RECORD against the members. One object per wheel.
class RecordCheck {
 public:
  RecordCheck(std::string_view file, const std::vector<cache::WheelFile>& files,
              std::string_view dist_info, const WheelContents& contents, bool tolerant)
      : file_(file),
        files_(files),
        record_(cat(dist_info, "/RECORD")),
        contents_(contents),
        tolerant_(tolerant) {}

  Result<void> run() {
    PIPIT_TRY(std::string text, contents_.text(record_, kMaxRecord));
    Result<std::vector<pep::RecordRow>> rows = pep::parse_record(text);
    if (!rows) return bad_wheel(file_, cat("RECORD: ", rows.error().message));
    hashed_.assign(files_.size(), false);
    for (pep::RecordRow& row : *rows) {
      set_member_path(row);
      PIPIT_TRY(check_row(row));
    }
    for (std::size_t i = 0; i < files_.size(); ++i) {
      if (hashed_[i] || tolerant_ || may_be_unlisted(files_[i].path)) continue;
      return at_own_risk(bad_wheel(
          file_, cat(base::printable(files_[i].path), ": is not listed with a hash in RECORD")));
    }
    return {};
  }

 private:
  /// What `tolerant` lets through.
  std::unexpected<Error> at_own_risk(std::unexpected<Error> refusal) const {
    const std::string_view name = file_.substr(0, file_.find('-'));
    return fail(std::move(refusal.error())
                    .with_hint(cat("other installers take it, and so does --allow-invalid-wheel ",
                                   base::printable(name))));
  }

  /// RECORD cannot hash itself, and its signatures are made after it.
  bool may_be_unlisted(std::string_view path) const {
    return path == record_ || path == cat(record_, ".jws") || path == cat(record_, ".p7s");
  }

  /// Rows are mostly in the order of the members.
  const cache::WheelFile* member_at(std::string_view path) const {
    for (const std::size_t guess : {last_, last_ + 1}) {
      if (guess >= files_.size() || files_[guess].path != path) continue;
      last_ = guess;
      return &files_[guess];
    }
    const auto member = std::lower_bound(
        files_.begin(), files_.end(), path,
        [](const cache::WheelFile& f, std::string_view wanted) { return f.path < wanted; });
    if (member == files_.end() || member->path != path) return nullptr;
    last_ = static_cast<std::size_t>(member - files_.begin());
    return &*member;
  }

  /// "./x" and "x\\y" are slips of some tools: they mean the member of that name, if there is one.
  void set_member_path(pep::RecordRow& row) const {
    if (member_at(row.path)) return;
    std::string plain = row.path;
    while (plain.starts_with("./")) plain.erase(0, 2);
    if (!member_at(plain)) plain = base::replace_all(plain, "\\", "/");
    if (member_at(plain)) row.path = std::move(plain);
  }

  Result<void> check_row(const pep::RecordRow& row) {
    auto wrong = [&](std::string_view why) {
      return bad_wheel(file_, cat("RECORD: ", base::printable(row.path), ": ", why));
    };
    if (const char* fault = archive::zip_name_fault(row.path)) return wrong(fault);
    if (row.path.ends_with('/')) return {};  // rows of directories are ignored
    if (row.path == record_) return {};      // what it says of itself cannot be right
    const cache::WheelFile* member = member_at(row.path);
    if (!member) {
      if (tolerant_) return {};
      return at_own_risk(wrong("is listed but not in the wheel"));
    }
    if (row.size && *row.size != member->size) {
      return wrong(cat("has ", member->size, " bytes, not the ", *row.size, " listed"));
    }
    if (row.hash_algorithm.empty()) return {};
    return check_hash(row, *member);
  }

  Result<void> check_hash(const pep::RecordRow& row, const cache::WheelFile& member) {
    auto wrong = [&](std::string_view why) {
      return bad_wheel(file_, cat("RECORD: ", base::printable(row.path), ": ", why));
    };
    std::string hash = row.hash;
    while (hash.ends_with('=')) hash.pop_back();
    std::string actual;
    if (row.hash_algorithm == "sha256") {
      actual = base::base64url(member.sha256);
    } else {
      bool strong = row.hash_algorithm == "sha384" || row.hash_algorithm == "sha512";
      if (!strong && !tolerant_)
        return at_own_risk(
            wrong(cat(base::printable(row.hash_algorithm), " is too weak or unknown")));
      PIPIT_TRY(std::string hex, contents_.digest(row.path, row.hash_algorithm));
      auto bytes = base::unhex(hex);
      actual = bytes ? base::base64url(*bytes) : "";
    }
    if (hash != actual) return wrong("has another hash than the one listed");
    hashed_[static_cast<std::size_t>(&member - files_.data())] = true;
    return {};
  }

  std::string_view file_;
  const std::vector<cache::WheelFile>& files_;
  std::string record_;
  const WheelContents& contents_;
  bool tolerant_;
  std::vector<bool> hashed_;
  mutable std::size_t last_ = 0;  // where the last member was found
};

bool has_file(const std::vector<cache::WheelFile>& files, const std::string& path) {
  auto found =
      std::lower_bound(files.begin(), files.end(), path,
                       [](const cache::WheelFile& f, const std::string& p) { return f.path < p; });
  return found != files.end() && found->path == path;
}

Result<void> check_entry_points(std::string_view file, std::string_view text) {
  auto points = pep::parse_entry_points(text);
  if (!points)
    return fail(points.error().code,
                cat(base::printable(file), ": entry_points.txt: ", points.error().message));
  return {};
}

/// Whether metadata is of the name and version in the file's name.
Result<void> check_identity(std::string_view name, std::string_view version_text,
                            std::string_view file_name) {
  const bool is_wheel = file_name.ends_with(".whl");
  const auto wrong = [&](std::string_view of) {
    return fail(is_wheel ? Code::bad_wheel : Code::bad_archive,
                cat(base::printable(file_name), ": its metadata is of ", base::printable(of)));
  };
  std::optional<pep::Version> expected;
  const std::string normal = pep::normalize_name(name);
  if (is_wheel) {
    PIPIT_TRY(const pep::WheelName wheel, pep::parse_wheel_name(file_name));
    if (wheel.name == normal) expected = wheel.version;
  } else if (auto sdist = pep::parse_sdist_name_of(file_name, normal)) {
    expected = sdist->version;
  }
  if (!expected) return wrong(normal.empty() ? "nothing" : normal);
  const auto version = pep::Version::parse(version_text);
  if (!version || *version != *expected) return wrong(cat("version ", version_text));
  return {};
}

}  // namespace

std::string_view metadata_directory(std::string_view member) {
  constexpr std::string_view kTail = ".dist-info/METADATA";
  if (!member.ends_with(kTail)) return {};
  std::string_view directory = first_component(member);
  return directory.size() + 9 == member.size() ? directory : std::string_view();
}

Error no_metadata(std::string_view shown, std::string_view other) {
  if (other.empty()) return {Code::bad_wheel, cat(shown, ": has no METADATA of its own")};
  return {Code::bad_wheel,
          cat(shown, ": its ", base::printable(other), " is not of that name and version")};
}

bool is_dist_info_of(std::string_view directory, std::string_view file_name,
                     const pep::WheelName& name) {
  if (!directory.ends_with(kDistInfo)) return false;
  std::string_view stem = directory.substr(0, directory.size() - kDistInfo.size());
  if (stem == name_and_version(file_name)) return true;
  std::size_t dash = stem.rfind('-');
  if (dash == std::string_view::npos) return false;
  auto version = pep::Version::parse(stem.substr(dash + 1));
  return version && *version == name.version &&
         pep::normalize_name(stem.substr(0, dash)) == name.name;
}

Result<pep::Metadata> read_metadata(std::string_view text, std::string_view file_name) {
  const auto name = pep::metadata_field(text, "name"),
             version = pep::metadata_field(text, "version");
  const Result<void> same =
      check_identity(name.empty() ? "" : base::trim(name.front()),
                     version.empty() ? "" : base::trim(version.front()), file_name);
  Result<pep::Metadata> metadata = pep::parse_metadata(text);
  if (metadata) PIPIT_TRY(same);
  if (metadata) return metadata;
  return fail(same ? metadata.error().code : same.error().code,
              cat(base::printable(file_name), ": ", metadata.error().message));
}

Result<CheckedWheel> check_wheel(std::string_view file_name,
                                 const std::vector<cache::WheelFile>& files,
                                 const WheelContents& contents, bool tolerant) {
  PIPIT_TRY(pep::WheelName name, pep::parse_wheel_name(file_name));
  PIPIT_TRY(WheelDirectories found, find_directories(file_name, files, name));
  auto in_dist_info = [&](std::string_view base) { return cat(found.dist_info, "/", base); };
  for (const char* needed : {"METADATA", "WHEEL", "RECORD"}) {
    if (!has_file(files, in_dist_info(needed)))
      return bad_wheel(file_name, cat("has no ", in_dist_info(needed)));
  }
  PIPIT_TRY(std::string text, contents.text(in_dist_info("METADATA"), pep::kMaxMetadata));
  PIPIT_TRY(pep::Metadata metadata, read_metadata(text, file_name));
  PIPIT_TRY(text, contents.text(in_dist_info("WHEEL"), kMaxWheelText));
  std::vector<std::string> oddities;
  PIPIT_TRY(check_wheel_file(file_name, text, oddities));
  PIPIT_TRY(check_data(file_name, files, found.data));
  RecordCheck record(file_name, files, found.dist_info, contents, tolerant);
  PIPIT_TRY(record.run());
  if (has_file(files, in_dist_info("entry_points.txt"))) {
    PIPIT_TRY(text, contents.text(in_dist_info("entry_points.txt"), kMaxWheelText));
    PIPIT_TRY(check_entry_points(file_name, text));
  }
  return CheckedWheel{std::move(found.dist_info), std::move(found.data), std::move(metadata),
                      std::move(oddities)};
}

}  // namespace pipit::distribution
