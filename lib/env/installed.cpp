// What can be read of an installed distribution. Its name and version stand in the first lines of
// METADATA, so these are looked for there before the whole file is read.
#include "env/installed.h"

#include <algorithm>

#include "base/file.h"
#include "base/file_tree.h"
#include "base/path.h"
#include "base/text.h"
#include "base/url.h"
#include "pep/name.h"

namespace pipit::env {

namespace {

constexpr std::uint64_t kMaxSmallFile = 1u << 20;
constexpr std::uint64_t kMaxRecord = 256u << 20;
constexpr std::size_t kHeadOfMetadata = 192;

std::string egg_info_below(const std::string& source) {
  const auto entries = base::list_directory(source);
  if (source.empty() || !entries) return {};
  for (const base::DirEntry& entry : *entries) {
    if (entry.name.ends_with(".egg-info")) return base::join_path(source, entry.name);
  }
  return {};
}

std::string metadata_path(const Installed& dist) {
  if (dist.kind == Installed::Kind::distutils) return dist.info_path();
  const std::string directory = metadata_directory(dist);
  if (directory.empty()) return {};
  return cat(directory, dist.kind == Installed::Kind::dist_info ? "/METADATA" : "/PKG-INFO");
}

std::optional<NameAndVersion> names_in(std::string_view text) {
  NameAndVersion found;
  for (pep::MetadataField& field : pep::metadata_fields(text)) {
    if (found.name.empty() && base::equals_ignoring_case(field.name, "Name"))
      found.name = std::move(field.value);
    else if (found.version.empty() && base::equals_ignoring_case(field.name, "Version"))
      found.version = std::move(field.value);
  }
  if (found.version.empty() || !pep::is_valid_name(found.name)) return std::nullopt;
  return found;
}

Result<std::vector<pep::RecordRow>> rows_of_installed_files(const Installed& dist,
                                                            std::string_view text) {
  if (text.find('\0') != std::string_view::npos)
    return fail(Code::parse, "a path with a null byte");
  std::vector<pep::RecordRow> rows;
  for (const std::string_view line : base::split(text, '\n')) {
    const std::string_view path = base::trim(line);
    if (path.empty()) continue;
    const std::string absolute = base::absolute_path(base::join_path(dist.info_path(), path));
    rows.push_back({base::relative_path(dist.site, absolute), "", "", std::nullopt});
  }
  return rows;
}

std::string small_file(const Installed& dist, std::string_view name) {
  auto text = base::read_file(cat(dist.info_path(), "/", name), kMaxSmallFile);
  return text ? std::move(*text) : std::string();
}

}  // namespace

std::string Installed::info_path() const { return base::join_path(site, info); }

const Installed* find_installed(const std::vector<Installed>& all, std::string_view normal_name) {
  const auto at = std::lower_bound(
      all.begin(), all.end(), normal_name,
      [](const Installed& dist, std::string_view name) { return dist.name < name; });
  return at != all.end() && at->name == normal_name ? &*at : nullptr;
}

Result<std::string> installed_metadata_text(const Installed& dist) {
  const std::string path = metadata_path(dist);
  auto text = base::read_file(path, pep::kMaxMetadata);
  if (!text)
    return fail(Code::bad_metadata, cat(dist.info_path(), ": no metadata: ", text.error().message));
  return text;
}

Result<pep::Metadata> installed_metadata(const Installed& dist) {
  PIPIT_TRY(const std::string text, installed_metadata_text(dist));
  auto metadata = pep::parse_metadata(text);
  if (!metadata) metadata.error().in(dist.info_path());
  return metadata;
}

std::string metadata_directory(const Installed& dist) {
  switch (dist.kind) {
    case Installed::Kind::dist_info:
    case Installed::Kind::egg_info:
      return dist.info_path();
    case Installed::Kind::egg:
      return cat(dist.info_path(), "/EGG-INFO");
    case Installed::Kind::distutils:
      return {};
    case Installed::Kind::egg_link:
      return egg_info_below(dist.source);
  }
  return {};
}

std::optional<NameAndVersion> names_in_metadata(const Installed& dist) {
  const std::string path = metadata_path(dist);
  if (path.empty()) return std::nullopt;
  auto head = base::read_head(path, kHeadOfMetadata);
  if (!head) return std::nullopt;
  if (head->size() == kHeadOfMetadata) head->resize(head->rfind('\n') + 1);  // npos + 1 is 0
  if (auto found = names_in(*head)) return found;
  const auto text = base::read_file(path, pep::kMaxMetadata);
  return text ? names_in(*text) : std::nullopt;
}

bool has_metadata(const Installed& dist) {
  const bool is_archive =
      dist.kind == Installed::Kind::egg && !base::is_directory(dist.info_path());
  if (is_archive || names_in_metadata(dist)) return true;
  const std::string path = metadata_path(dist);
  return base::is_regular_file(path) && !base::read_head(path, 1);
}

std::string written_name(const Installed& dist) {
  if (!dist.written.empty()) return dist.written;
  const auto found = names_in_metadata(dist);
  return found ? found->name : dist.name;
}

std::string installer_of(const Installed& dist) {
  if (dist.kind != Installed::Kind::dist_info) return {};
  const std::string text = small_file(dist, "INSTALLER");
  return std::string(base::trim(base::split(text, '\n').front()));
}

bool is_requested(const Installed& dist) {
  return dist.kind == Installed::Kind::dist_info &&
         base::exists(cat(dist.info_path(), "/REQUESTED"));
}

std::optional<DirectUrl> direct_url_of(const Installed& dist) {
  if (dist.kind != Installed::Kind::dist_info) return std::nullopt;
  const std::string text = small_file(dist, "direct_url.json");
  if (text.empty()) return std::nullopt;
  auto origin = parse_direct_url(text);
  if (!origin) return std::nullopt;
  return std::move(*origin);
}

std::optional<std::string> editable_location(const Installed& dist) {
  if (dist.kind == Installed::Kind::egg_link) return dist.source;
  const auto origin = direct_url_of(dist);
  if (!origin || !origin->editable) return std::nullopt;
  const auto url = base::parse_url(origin->url);
  if (!url) return std::nullopt;
  const auto path = base::file_url_to_path(*url);
  if (!path) return std::nullopt;
  return *path;
}

Result<std::optional<std::vector<pep::RecordRow>>> installed_files(const Installed& dist) {
  using Rows = std::optional<std::vector<pep::RecordRow>>;
  if (dist.kind != Installed::Kind::dist_info && dist.kind != Installed::Kind::egg_info)
    return Rows();
  const bool modern = dist.kind == Installed::Kind::dist_info;
  const std::string path = cat(dist.info_path(), modern ? "/RECORD" : "/installed-files.txt");
  auto text = base::read_file(path, kMaxRecord);
  if (!text && text.error().code == Code::not_found) return Rows();
  if (!text) return fail(std::move(text.error()));
  auto rows = modern ? pep::parse_record(*text) : rows_of_installed_files(dist, *text);
  if (!rows) return fail(std::move(rows.error()).in(path));
  return Rows(std::move(*rows));
}

}  // namespace pipit::env
