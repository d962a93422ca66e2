// PKG-INFO says what a build would, if its metadata is 2.2 or later and names no dependency field
// as dynamic (PEP 643). Else pyproject.toml may (PEP 621).
#include "distribution/source/sdist.h"

#include <algorithm>
#include <array>

#include "archive/zip.h"
#include "base/text.h"
#include "distribution/metadata/scan.h"
#include "distribution/wheel/check.h"
#include "pep/pyproject.h"

namespace pipit::distribution {
namespace {

constexpr std::size_t kSdistPiece = 64u << 10;

/// "2.2" and later, as two numbers.
bool at_least_2_2(std::string_view version) {
  auto parts = base::split_once(version, '.');
  if (!parts) return false;
  auto major = base::parse_uint(parts->first), minor = base::parse_uint(parts->second);
  return major && minor && (*major > 2 || (*major == 2 && *minor >= 2));
}

/// The members of a zip that are called <directory>/PKG-INFO, of which there must be one.
Result<std::string> zip_sdist_text(std::shared_ptr<archive::ByteSource> source,
                                   std::string_view file_name) {
  PIPIT_TRY(archive::Zip zip, archive::Zip::open(std::move(source), base::printable(file_name)));
  for (const archive::ZipEntry& entry : zip.entries()) {
    std::size_t slash = entry.name.find('/');
    bool wanted =
        slash != std::string::npos && std::string_view(entry.name).substr(slash) == "/PKG-INFO";
    if (wanted) return zip.extract(entry, pep::kMaxMetadata);
  }
  return fail(Code::bad_metadata, cat(base::printable(file_name), ": has no PKG-INFO"));
}

}  // namespace

Result<std::string> sdist_text(std::shared_ptr<archive::ByteSource> source,
                               std::string_view file_name) {
  if (file_name.ends_with(".zip")) return zip_sdist_text(std::move(source), file_name);
  PIPIT_TRY(auto scan, MetadataScan::create(std::string(file_name), nullptr));
  std::string piece;
  for (std::uint64_t at = 0; at < source->size() && !scan->text(); at += piece.size()) {
    piece.resize(
        static_cast<std::size_t>(std::min<std::uint64_t>(kSdistPiece, source->size() - at)));
    PIPIT_TRY(source->read_at(at, piece));
    PIPIT_TRY(scan->feed(piece));
  }
  if (!scan->text()) return fail(scan->explain_end());
  return *scan->text();
}

bool is_static(const pep::Metadata& pkg_info) {
  constexpr std::array<std::string_view, 3> kNeeded{"requires-dist", "provides-extra",
                                                    "requires-python"};
  const auto& dynamic = pkg_info.dynamic;
  bool open = std::any_of(dynamic.begin(), dynamic.end(), [&](const std::string& field) {
    return std::count(kNeeded.begin(), kNeeded.end(), field) != 0;
  });
  return !open && at_least_2_2(pkg_info.metadata_version);
}

std::optional<std::string> static_project_metadata(std::string_view pyproject) {
  const auto project = pep::parse_pyproject(pyproject);
  if (!project || !project->has_project || project->version.empty()) return std::nullopt;
  for (const char* field :
       {"name", "version", "dependencies", "optional-dependencies", "requires-python"})
    if (project->dynamic.contains(field)) return std::nullopt;
  std::string text =
      cat("Metadata-Version: 2.2\nName: ", project->name, "\nVersion: ", project->version, "\n");
  if (!project->requires_python_text.empty())
    text += cat("Requires-Python: ", project->requires_python_text, "\n");
  for (const pep::ProjectRequirement& one : project->dependencies)
    text += cat("Requires-Dist: ", one.requirement.str(), "\n");
  for (const auto& [extra, needs] : project->extras) {
    const auto asked_for = pep::Marker::parse(cat("extra == \"", extra, "\""));
    if (!asked_for) return std::nullopt;
    text += cat("Provides-Extra: ", extra, "\n");
    for (pep::ProjectRequirement one : needs) {
      one.requirement.marker = one.requirement.marker & *asked_for;
      text += cat("Requires-Dist: ", one.requirement.str(), "\n");
    }
  }
  return text;
}

Result<pep::Metadata> static_metadata(std::string_view text, std::string_view file_name) {
  PIPIT_TRY(pep::Metadata metadata, read_metadata(text, file_name));
  if (is_static(metadata)) return metadata;
  return fail(Code::unsupported,
              cat(base::printable(file_name), ": needs to be built to know its dependencies"));
}

}  // namespace pipit::distribution
