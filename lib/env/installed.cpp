// The installed set. Listing must be fast (it is the first thing many commands do), so it is one
// directory read per site: well-formed entries have name and version in their names, and METADATA
// is opened only for the odd ones and when more is needed.
#include "env/installed.h"

#include <algorithm>
#include <set>

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

using EntryKind = base::FileInfo::Kind;

struct NameAndVersion {
  std::string name, version;
};

// "name-version" where neither part contains a "-". Older tools left such names unescaped; those
// are looked up in METADATA.
std::optional<NameAndVersion> split_stem(std::string_view stem) {
  const auto parts = base::split(stem, '-');
  if (parts.size() != 2 || !pep::is_valid_name(parts[0]) || !pep::Version::parse(parts[1]))
    return std::nullopt;
  return NameAndVersion{std::string(parts[0]), std::string(parts[1])};
}

// "name-version-py3.11[-platform]": egg names contain the Python they were made for.
std::string_view without_python_tag(std::string_view stem) {
  const std::size_t at = stem.find("-py");
  if (at == std::string_view::npos || at + 3 >= stem.size() || !base::is_digit(stem[at + 3]))
    return stem;
  return stem.substr(0, at);
}

std::optional<NameAndVersion> from_metadata(const Installed& dist) {
  const auto text = installed_metadata_text(dist);
  if (!text) return std::nullopt;
  const auto names = pep::metadata_field(*text, "Name");
  const auto versions = pep::metadata_field(*text, "Version");
  if (names.empty() || versions.empty() || !pep::is_valid_name(names.front())) return std::nullopt;
  return NameAndVersion{names.front(), versions.front()};
}

struct EntryForm {
  Installed::Kind kind;
  std::string_view stem;
};

std::optional<EntryForm> entry_form(const base::DirEntry& entry) {
  const std::string_view name = entry.name;
  const auto stem = [&](std::string_view suffix) {
    return name.substr(0, name.size() - suffix.size());
  };
  const bool file = entry.kind == EntryKind::file;
  if (name.ends_with(".dist-info")) {
    if (file) return std::nullopt;
    return EntryForm{Installed::Kind::dist_info, stem(".dist-info")};
  }
  if (name.ends_with(".egg-info")) {
    return EntryForm{file ? Installed::Kind::distutils : Installed::Kind::egg_info,
                     without_python_tag(stem(".egg-info"))};
  }
  if (name.ends_with(".egg-link")) return EntryForm{Installed::Kind::egg_link, stem(".egg-link")};
  if (name.ends_with(".egg")) {
    return EntryForm{file ? Installed::Kind::distutils : Installed::Kind::egg_info,
                     without_python_tag(stem(".egg"))};
  }
  return std::nullopt;
}

// The first line of an egg-link that is not empty is the development directory, relative to the
// link; its *.egg-info has the metadata.
void follow_egg_link(Installed& dist) {
  const auto text = base::read_file(base::join_path(dist.site, dist.info), kMaxSmallFile);
  if (!text) return;
  for (const std::string_view line : base::split(*text, '\n')) {
    const std::string_view directory = base::trim(line);
    if (directory.empty()) continue;
    dist.source = base::absolute_path(base::join_path(dist.site, directory));
    return;
  }
}

std::string egg_link_metadata(const Installed& dist) {
  if (dist.source.empty()) return {};
  const auto entries = base::list_directory(dist.source);
  if (!entries) return {};
  for (const base::DirEntry& entry : *entries) {
    if (entry.name.ends_with(".egg-info")) return cat(dist.source, "/", entry.name, "/PKG-INFO");
  }
  return {};
}

std::string metadata_path(const Installed& dist) {
  switch (dist.kind) {
    case Installed::Kind::dist_info:
      return cat(dist.info_path(), "/METADATA");
    case Installed::Kind::egg_info:
      return cat(dist.info_path(), "/PKG-INFO");
    case Installed::Kind::distutils:
      return dist.info_path();
    case Installed::Kind::egg_link:
      return egg_link_metadata(dist);
  }
  return {};
}

void set_name_and_version(Installed& dist, const NameAndVersion& found) {
  dist.name = pep::normalize_name(found.name);
  dist.version_text = found.version;
  dist.version = pep::Version::parse(found.version);
}

std::optional<Installed> read_entry(const std::string& site, const base::DirEntry& entry,
                                    base::Events& events) {
  const auto form = entry_form(entry);
  if (!form || entry.name.starts_with('.')) return std::nullopt;
  if (entry.name.starts_with('~')) {  // what an interrupted pip leaves behind
    events.note(cat(site, "/", entry.name, ": ignored, the rest of an interrupted change"));
    return std::nullopt;
  }
  Installed dist;
  dist.kind = form->kind;
  dist.site = site;
  dist.info = entry.name;
  if (dist.kind == Installed::Kind::egg_info && entry.name.ends_with(".egg"))
    dist.info += "/EGG-INFO";
  if (dist.kind == Installed::Kind::egg_link) follow_egg_link(dist);
  auto found = dist.kind == Installed::Kind::egg_link ? std::nullopt : split_stem(form->stem);
  if (!found) found = from_metadata(dist);
  if (!found && dist.kind == Installed::Kind::egg_link) {  // as pip and importlib.metadata have it
    events.note(cat(site, "/", entry.name, ": ignored, no metadata at its end"));
    return std::nullopt;
  }
  if (!found) {
    events.warn(cat(site, "/", entry.name, ": ignored, no usable name and version"));
    return std::nullopt;
  }
  set_name_and_version(dist, *found);
  return dist;
}

std::vector<pep::RecordRow> rows_of_installed_files(const Installed& dist, std::string_view text) {
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

Result<std::vector<Installed>> list_installed(const Layout& layout, base::Events& events) {
  std::vector<Installed> all;
  std::set<std::string> seen;  // lib64 is often lib
  const std::string purelib = base::real_path(layout.scheme.purelib);
  const std::string platlib = base::real_path(layout.scheme.platlib);
  for (const std::string& site : layout.site_paths) {
    const std::string real = base::real_path(site);
    if (!seen.insert(real).second) continue;
    PIPIT_TRY(const std::vector<base::DirEntry> entries, base::list_directory(site));
    for (const base::DirEntry& entry : entries) {
      auto dist = read_entry(site, entry, events);
      if (!dist) continue;
      dist->local = real == purelib || real == platlib;
      all.push_back(std::move(*dist));
    }
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const Installed& a, const Installed& b) { return a.name < b.name; });
  return all;
}

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

std::string written_name(const Installed& dist) {
  const auto found = from_metadata(dist);
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
  if (!modern) return Rows(rows_of_installed_files(dist, *text));
  auto rows = pep::parse_record(*text);
  if (!rows) return fail(std::move(rows.error()).in(path));
  return Rows(std::move(*rows));
}

}  // namespace pipit::env
