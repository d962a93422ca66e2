// Listing must be fast (it is the first thing many commands do): one directory read for each site,
// and the first lines of each METADATA. A name alone is not believed: conda and interrupted tools
// leave folders x-1.0.dist-info in which nothing tells of a distribution.
#include "env/site_scan.h"

#include <algorithm>
#include <set>

#include "base/file.h"
#include "base/file_tree.h"
#include "base/path.h"
#include "base/text.h"
#include "env/python/pth_files.h"
#include "pep/name.h"

namespace pipit::env {

namespace {

constexpr std::uint64_t kMaxSiteFile = 1u << 20;

using EntryKind = base::FileInfo::Kind;

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
  if (name.ends_with(".egg"))
    return EntryForm{Installed::Kind::egg, without_python_tag(stem(".egg"))};
  return std::nullopt;
}

// The first line of an egg-link that is not empty is the development directory, relative to the
// link; its *.egg-info has the metadata.
void follow_egg_link(Installed& dist) {
  const auto text = base::read_file(base::join_path(dist.site, dist.info), kMaxSiteFile);
  if (!text) return;
  for (const std::string_view line : base::split(*text, '\n')) {
    const std::string_view directory = base::trim(line);
    if (directory.empty()) continue;
    dist.source = base::absolute_path(base::join_path(dist.site, directory));
    return;
  }
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
  if (dist.kind == Installed::Kind::egg_link) follow_egg_link(dist);
  auto found = dist.kind == Installed::Kind::egg_link ? std::nullopt : split_stem(form->stem);
  if (!found) found = names_in_metadata(dist);
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

// Not a folder that was left behind: there is a file that should have told the name, or the list of
// what was installed.
bool is_damaged(const Installed& dist) {
  if (dist.kind != Installed::Kind::dist_info) return false;
  return base::is_regular_file(cat(dist.info_path(), "/METADATA")) ||
         base::is_regular_file(cat(dist.info_path(), "/RECORD"));
}

class SiteScan {
 public:
  SiteScan(const Layout& layout, base::Events& events)
      : layout_(layout),
        events_(events),
        purelib_(base::real_path(layout.scheme.purelib)),
        platlib_(base::real_path(layout.scheme.platlib)) {}

  Result<SiteContents> run() {
    for (const std::string& folder : layout_.python_path) PIPIT_TRY(add_folder(folder, false));
    for (const std::string& site : layout_.site_paths)
      PIPIT_TRY(add_folder(site, layout_.is_searched));
    for (auto* list : {&found_.installed, &found_.husks})
      std::ranges::stable_sort(*list, {}, &Installed::name);
    return std::move(found_);
  }

 private:
  Result<void> add_folder(const std::string& site, bool heeds_pth) {
    const std::string real = base::real_path(site);
    if (!seen_.insert(real).second) return {};  // lib64 is often lib
    const bool is_local = real == purelib_ || real == platlib_;
    auto entries = base::list_directory(site);
    if (!entries && is_local) return fail(std::move(entries.error()));
    if (!entries) {  // an archive on PYTHONPATH, another user's folder
      events_.note(cat("not searched: ", entries.error().message));
      return {};
    }
    for (const base::DirEntry& entry : *entries) add_entry(site, entry, is_local);
    if (!heeds_pth) return {};
    for (const std::string& folder : folders_of_pth(site, *entries))
      PIPIT_TRY(add_folder(folder, false));
    return {};
  }

  void add_entry(const std::string& site, const base::DirEntry& entry, bool is_local) {
    auto dist = read_entry(site, entry, events_);
    if (!dist) return;
    dist->local = is_local;
    auto told = names_in_metadata(*dist);
    if (told) dist->written = std::move(told->name);
    if (told || has_metadata(*dist)) {
      found_.installed.push_back(std::move(*dist));
      return;
    }
    if (is_local && is_damaged(*dist))
      events_.warn(cat(dist->info_path(), ": its metadata is damaged, so it does not count as ",
                       "installed; `pipit install ", dist->name, "==", dist->version_text,
                       "` puts it right"));
    else
      events_.note(cat(dist->info_path(), ": ignored, it has no metadata"));
    // Of an egg the modules would go, too, and nobody knows what they are.
    if (dist->kind != Installed::Kind::egg) found_.husks.push_back(std::move(*dist));
  }

  const Layout& layout_;
  base::Events& events_;
  const std::string purelib_, platlib_;
  std::set<std::string> seen_;
  SiteContents found_;
};

}  // namespace

Result<SiteContents> scan_sites(const Layout& layout, base::Events& events) {
  return SiteScan(layout, events).run();
}

Result<std::vector<Installed>> list_installed(const Layout& layout, base::Events& events) {
  PIPIT_TRY(SiteContents found, scan_sites(layout, events));
  return std::move(found.installed);
}

}  // namespace pipit::env
