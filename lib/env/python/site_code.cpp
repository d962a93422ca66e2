// Code of a site can change what Python says about itself, so facts from files hold only where
// there is none of it. Hooks into imports alone are so common that they are known: without that,
// hardly an environment with setuptools in it would be left.
#include "env/python/site_code.h"

#include <algorithm>

#include "base/file.h"
#include "base/file_tree.h"
#include "base/path.h"
#include "base/text.h"
#include "env/python/pth_files.h"
#include "env/python/witness.h"

namespace pipit::env {

namespace {

constexpr std::uint64_t kMaxStartupFile = 1u << 20;
constexpr std::string_view kImport = "import ", kVirtualenvModule = "_virtualenv";

bool is_identifier(std::string_view name) {
  return std::ranges::all_of(name, [](char c) { return base::is_alnum(c) || c == '_'; });
}

/// "import NAME; NAME.install()", as setuptools writes it for projects installed from where they
/// lie.
bool is_finder_hook(std::string_view line) {
  if (!line.starts_with(kImport)) return false;
  const auto parts = base::split_once(line.substr(kImport.size()), ';');
  if (!parts) return false;
  const std::string_view name = parts->first;
  return name.starts_with("__editable___") && name.ends_with("_finder") && is_identifier(name) &&
         base::trim(parts->second) == cat(name, ".install()");
}

bool is_known_hook(std::string_view line, const KnownTexts& known) {
  return line == cat(kImport, kVirtualenvModule) || is_finder_hook(line) ||
         is_known(line, known.hooks);
}

/// Whether a line may begin there: Pythons differ in what ends one.
bool begins_line(std::string_view text, std::size_t at) {
  if (at == 0) return true;
  const auto before = static_cast<unsigned char>(text[at - 1]);
  return before < 0x20 || before >= 0x7f;
}

bool is_pth_with_code(const std::string& path, const KnownTexts& known) {
  const auto text = base::read_file(path, kMaxStartupFile);
  return !text || has_code(*text, known);  // what it is, Python may be able to read
}

bool is_known_start(const std::string& path, const KnownTexts& known) {
  const auto text = base::read_file(path, kMaxStartupFile);
  return text && is_known(*text, known.starts);
}

/// Whether a directory entry is a module of that name: a file of any kind, or a package.
bool is_module(std::string_view entry, std::string_view name) {
  return entry.starts_with(name) && (entry.size() == name.size() || entry[name.size()] == '.');
}

bool is_startup_code(const std::string& directory, const std::string& name, bool is_site,
                     const KnownTexts& known) {
  const std::string path = base::join_path(directory, name);
  if (is_module(name, "_manylinux") || is_module(name, "usercustomize")) return true;
  if (is_module(name, "sitecustomize"))
    return name != "sitecustomize.py" || !is_known_start(path, known);
  if (!is_site) return false;
  return name.ends_with(".start") || (name.ends_with(".pth") && is_pth_with_code(path, known));
}

void add_witness(std::string& found, const std::string& path) {
  const auto info = base::file_info(path, true);
  if (info && *info)
    found += cat(path, " ", (*info)->size, " ", (*info)->mtime_ns, "\n");
  else
    found += cat(path, "\n");
}

// A package's own file tells more than its folder.
void add_module(std::string& found, const std::string& directory, const std::string& name) {
  const std::string path = base::join_path(directory, name);
  add_witness(found, path);
  if (name.find('.') == std::string::npos) add_witness(found, cat(path, "/__init__.py"));
}

}  // namespace

bool has_code(std::string_view pth, const KnownTexts& known) {
  for (std::size_t at = pth.find("import"); at != std::string_view::npos;
       at = pth.find("import", at + 1)) {
    const std::string_view line = pth.substr(at, pth.find_first_of("\r\n", at) - at);
    const bool is_code = line.starts_with("import ") || line.starts_with("import\t");
    if (is_code && begins_line(pth, at) && !is_known_hook(base::trim(line), known)) return true;
  }
  return false;
}

std::string startup_code(const std::string& stdlib, const std::vector<std::string>& sites,
                         const KnownTexts& known) {
  // A standard library has hundreds of files: it is faster asked for names than listed.
  std::string found;
  for (const char* module : {"sitecustomize", "usercustomize", "_manylinux"}) {
    for (const char* suffix : {".py", "", ".pyc", ".so", ".abi3.so"}) {
      const std::string name = cat(module, suffix), path = base::join_path(stdlib, name);
      if (base::exists(path) && is_startup_code(stdlib, name, false, known))
        add_module(found, stdlib, name);
    }
  }
  std::vector<std::string> directories = sites;
  for (std::size_t i = 0; i < directories.size(); ++i) {
    const std::string directory = directories[i];
    const auto entries = base::list_directory(directory);
    if (!entries) continue;
    const bool is_site = i < sites.size();
    for (const base::DirEntry& entry : *entries)
      if (is_startup_code(directory, entry.name, is_site, known))
        add_module(found, directory, entry.name);
    if (!is_site) continue;
    for (std::string& folder : folders_of_pth(directory, *entries))
      directories.push_back(std::move(folder));
  }
  return found;
}

bool is_site_name(const std::string& directory) {
  const std::string_view name = base::base_name(directory);
  return name == "site-packages" || name == "dist-packages";
}

std::vector<std::string> with_added_sites(const std::vector<std::string>& sites, Witness* seen) {
  std::vector<std::string> all;
  const auto add = [&](const std::string& site) {
    if (std::find(all.begin(), all.end(), site) == all.end()) all.push_back(site);
  };
  for (const std::string& site : sites) {
    if (seen) seen->add(site);
    const auto entries = base::is_directory(site)
                             ? base::list_directory(site)
                             : Result<std::vector<base::DirEntry>>(fail(Code::not_found, ""));
    if (!entries) continue;
    add(site);
    for (const std::string& folder : folders_of_pth(site, *entries, seen)) {
      if (!is_site_name(folder)) continue;
      if (seen) seen->add(folder);
      add(folder);
    }
  }
  return all;
}

}  // namespace pipit::env
