// As pip has it: a module of top_level.txt is a package with all that is in it, a .py file or an
// extension; commands are those of entry_points.txt and of the folder "scripts". An
// empty line names nothing, and above all not site-packages itself; namespace packages belong to
// others, too.
#include "env/legacy_files.h"

#include <algorithm>

#include "base/file.h"
#include "base/file_tree.h"
#include "base/path.h"
#include "base/text.h"
#include "pep/entry_points.h"

namespace pipit::env {

namespace {

constexpr std::uint64_t kMaxLegacyText = 1u << 20;

std::vector<std::string> lines_of(const std::string& path) {
  std::vector<std::string> lines;
  const auto text = base::read_file(path, kMaxLegacyText);
  if (!text) return lines;
  for (const std::string_view line : base::split(*text, '\n')) {
    const std::string_view plain = base::trim(line);
    if (is_plain_relative(plain)) lines.emplace_back(plain);
  }
  return lines;
}

void add_path(const std::string& path, LayoutPaths& paths, std::set<std::string>& files) {
  std::string at = paths.canonical(path);
  const auto info = base::file_info(at);
  if (!info || !*info || !paths.inside(at) || paths.is_protected(at)) return;
  if ((*info)->kind != base::FileInfo::Kind::directory) {
    files.insert(std::move(at));
    return;
  }
  if (paths.is_structural(at)) return;
  const auto below = base::list_tree(at);
  if (!below) return;
  for (const std::string& name : *below) files.insert(base::join_path(at, name));
}

// "name.so" and "name.cpython-312-x86_64-linux-gnu.so".
bool is_extension(std::string_view file, std::string_view module) {
  return file.starts_with(module) && file.substr(module.size()).starts_with('.') &&
         file.ends_with(".so") && base::split(file.substr(module.size() + 1), '.').size() <= 2;
}

void add_module(const std::string& site, const std::string& module, LayoutPaths& paths,
                std::set<std::string>& files) {
  const std::string path = base::join_path(site, module);
  for (const char* suffix : {"", ".py", ".pyc"}) add_path(cat(path, suffix), paths, files);
  const std::string folder(base::parent_path(path));
  const auto entries = base::list_directory(folder);
  if (!entries) return;
  for (const base::DirEntry& entry : *entries) {
    if (is_extension(entry.name, base::base_name(path)))
      add_path(base::join_path(folder, entry.name), paths, files);
  }
}

void add_modules(const Installed& dist, LayoutPaths& paths, std::set<std::string>& files) {
  const std::vector<std::string> shared =
      lines_of(cat(dist.info_path(), "/namespace_packages.txt"));
  for (const std::string& module : lines_of(cat(dist.info_path(), "/top_level.txt"))) {
    if (std::ranges::find(shared, module) == shared.end())
      add_module(dist.site, module, paths, files);
  }
}

void add_commands(const Installed& dist, LayoutPaths& paths, std::set<std::string>& files) {
  const std::string directory = metadata_directory(dist);
  if (directory.empty()) return;
  const auto add = [&](const std::string& name) {
    add_path(base::join_path(paths.scheme().scripts, name), paths, files);
  };
  const auto text = base::read_file(cat(directory, "/entry_points.txt"), kMaxLegacyText);
  const auto entries =
      text ? pep::parse_entry_points(*text) : Result<std::vector<pep::EntryPoint>>();
  if (entries)
    for (const pep::EntryPoint& entry : *entries) add(entry.name);
  const auto scripts = base::list_directory(cat(directory, "/scripts"));
  if (scripts)
    for (const base::DirEntry& script : *scripts) add(script.name);
}

}  // namespace

bool is_unlisted_egg_info(const Installed& dist) {
  return dist.kind == Installed::Kind::egg_info &&
         !base::exists(cat(dist.info_path(), "/installed-files.txt")) &&
         !base::exists(cat(dist.info_path(), "/top_level.txt"));
}

void add_legacy_files(const Installed& dist, LayoutPaths& paths, std::set<std::string>& files) {
  const bool is_egg_info = dist.kind == Installed::Kind::egg_info;
  if (is_egg_info && !base::exists(cat(dist.info_path(), "/installed-files.txt")))
    add_modules(dist, paths, files);
  if (dist.kind == Installed::Kind::egg || dist.kind == Installed::Kind::egg_link)
    add_path(dist.info_path(), paths, files);
  add_commands(dist, paths, files);
}

std::string easy_install_entry(const Installed& dist) {
  if (dist.kind == Installed::Kind::egg_link) return dist.source;
  return dist.kind == Installed::Kind::egg ? base::absolute_path(dist.info_path()) : std::string();
}

}  // namespace pipit::env
