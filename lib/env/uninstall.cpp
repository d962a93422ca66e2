// What is removed with a distribution: its recorded files, everything in its dist-info directory,
// and the bytecode that Python made from its modules. Nothing else, so a file that a user put into
// a package is kept, and so is its directory. Where its package or its dist-info is a link, the
// link goes and nothing beyond it. (What has no list of files: env/legacy_files.h.)
#include "env/uninstall.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/file.h"
#include "base/file_tree.h"
#include "base/path.h"
#include "base/text.h"
#include "env/layout_paths.h"
#include "env/legacy_files.h"

namespace pipit::env {

namespace {

bool is_there(const std::string& path) {
  const auto info = base::file_info(path);
  return info && info->has_value();
}

// "stem.<tag>.pyc" and "stem.<tag>.opt-1.pyc"; a name with more dots belongs to another module.
bool is_bytecode_of(std::string_view file, std::string_view stem) {
  if (!file.starts_with(stem) || !file.ends_with(".pyc")) return false;
  file.remove_prefix(stem.size());
  if (!file.starts_with('.')) return false;
  const auto parts = base::split(file.substr(1), '.');  // tag [opt-N] pyc
  return parts.size() == 2 || (parts.size() == 3 && parts[1].starts_with("opt-"));
}

using PathSet = std::set<std::string>;

void add_bytecode(PathSet& files) {
  std::map<std::string, std::vector<std::string>> modules;  // directory -> stems
  for (const std::string& path : files) {
    if (!path.ends_with(".py")) continue;
    const std::string_view name = base::base_name(path);
    modules[std::string(base::parent_path(path))].emplace_back(name.substr(0, name.size() - 3));
  }
  for (auto& [directory, stems] : modules) {
    std::sort(stems.begin(), stems.end());
    const std::string cache = base::join_path(directory, "__pycache__");
    const auto entries = base::list_directory(cache);
    if (!entries) continue;
    for (const base::DirEntry& entry : *entries) {
      const std::string stem(entry.name.substr(0, entry.name.find('.')));
      const bool ours = std::binary_search(stems.begin(), stems.end(), stem);
      if (ours && is_bytecode_of(entry.name, stem))
        files.insert(base::join_path(cache, entry.name));
    }
  }
}

// pip's --target records scripts where they were before it moved them: two levels up.
std::string_view inside_flat_target(const Layout& layout, std::string_view path) {
  return layout.flat && path.starts_with("../../") ? path.substr(6) : path;
}

Result<void> add_recorded(const Layout& layout, const Installed& dist, LayoutPaths& paths,
                          PathSet& files, base::Events& events) {
  PIPIT_TRY(const auto rows, installed_files(dist));
  if (!rows) return {};
  std::size_t outside = 0;
  for (const pep::RecordRow& row : *rows) {
    const std::string_view written = inside_flat_target(layout, row.path);
    if (written.empty()) continue;
    const bool absolute = written.starts_with('/');
    const std::string named =
        absolute ? cat(layout.root, written) : base::join_path(dist.site, written);
    if (std::string link = paths.link_in_site(named); !link.empty()) {
      files.insert(std::move(link));
      continue;
    }
    std::string path = absolute ? paths.canonical(named) : paths.recorded(dist.site, written);
    if (!paths.inside(path) || paths.is_protected(path)) {
      if (outside++ == 0)
        events.warn(cat(dist.info, ": RECORD names ", row.path, ", which is left alone"));
      continue;
    }
    if (is_there(path)) files.insert(std::move(path));
  }
  return {};
}

// All that is in its entry; of a link the link.
void add_info(const Installed& dist, LayoutPaths& paths, PathSet& files) {
  const std::string entry = paths.canonical(dist.info_path());
  if (base::is_link(entry)) {
    files.insert(entry);
    return;
  }
  const auto below = base::list_tree(entry);
  if (!below) return;
  for (const std::string& path : *below) files.insert(base::join_path(entry, path));
}

void add_entry(const Installed& dist, LayoutPaths& paths, PathSet& files) {
  const std::string path = paths.canonical(dist.info_path());
  if (!is_there(path)) return;
  add_info(dist, paths, files);
  files.insert(path);  // a link, a file, or a directory that may be empty
}

Error unknown_files(const Installed& dist) {
  const bool is_distutils = dist.kind == Installed::Kind::distutils;
  const char* why = is_distutils ? "it was installed by distutils, which keeps no list of files"
                                 : "there is no RECORD of its files";
  return Error{Code::bad_environment, cat(dist.name, dist.version_text.empty() ? "" : " ",
                                          dist.version_text, ": cannot be uninstalled: ", why)};
}

}  // namespace

bool has_file_list(const Installed& dist) {
  switch (dist.kind) {
    case Installed::Kind::dist_info:
      return base::exists(cat(dist.info_path(), "/RECORD"));
    case Installed::Kind::egg_info:
      return base::exists(cat(dist.info_path(), "/installed-files.txt"));
    case Installed::Kind::distutils:
      return false;
    case Installed::Kind::egg:
    case Installed::Kind::egg_link:
      return true;
  }
  return false;
}

bool is_removable(const Installed& dist) {
  if (dist.kind == Installed::Kind::egg_info) return !is_unlisted_egg_info(dist);
  return has_file_list(dist);
}

Result<void> check_removable(const Installed& dist) {
  if (is_removable(dist)) return {};
  return fail(unknown_files(dist));
}

namespace {

/// Those that keep lists of their own (a distribution's package manager, conda), and not such as
/// uninstall by RECORD, too.
bool keeps_own_lists(std::string_view installer) {
  for (const std::string_view name : {"", "pip", "pipit", "uv", "poetry", "pdm"})
    if (base::equals_ignoring_case(installer.substr(0, installer.find(' ')), name)) return false;
  return true;
}

}  // namespace

Error with_way_out(Error error, const Installed& dist, const std::string& write_over) {
  const std::string installer = installer_of(dist);
  const bool is_others = keeps_own_lists(installer);
  if (is_others) {
    error.with_hint(
        cat("it was installed by ", base::printable(installer), ", which may uninstall it"));
  }
  if (!write_over.empty()) return std::move(error).with_hint(cat("to write over it: ", write_over));
  if (is_others) return error;
  return std::move(error).with_hint(
      cat("installing it again over itself writes one: pipit install --force-reinstall --no-deps ",
          dist.name, dist.version ? "==" : "", dist.version ? dist.version_text : ""));
}

std::vector<std::string> files_of_entry(const Installed& dist, LayoutPaths& paths) {
  PathSet files;
  add_entry(dist, paths, files);
  return {files.begin(), files.end()};
}

Result<std::vector<std::string>> files_to_remove(const Layout& layout, const Installed& dist,
                                                 base::Events& events) {
  LayoutPaths paths(layout);
  return files_to_remove(layout, dist, paths, events);
}

Result<std::vector<std::string>> files_to_remove(const Layout& layout, const Installed& dist,
                                                 LayoutPaths& paths, base::Events& events) {
  const bool is_husk = !has_metadata(dist);
  if (!is_husk) PIPIT_TRY(check_removable(dist));
  PathSet files;
  const auto recorded = add_recorded(layout, dist, paths, files, events);
  if (!recorded && !is_husk) return fail(recorded.error());
  if (dist.kind != Installed::Kind::dist_info && !is_husk) add_legacy_files(dist, paths, files);
  if (is_husk)
    add_entry(dist, paths, files);
  else
    add_info(dist, paths, files);
  add_bytecode(files);
  return std::vector<std::string>(files.begin(), files.end());
}

}  // namespace pipit::env
