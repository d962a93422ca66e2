// Code of a site can change what Python says about itself, so facts from files hold only where
// there is none of it. Hooks into imports alone are so common that they are known by their text:
// without that, hardly an environment with setuptools in it would be left.
#include "env/python/site_code.h"

#include <algorithm>

#include "base/file.h"
#include "base/file_tree.h"
#include "base/path.h"
#include "base/text.h"
#include "env/python/pth_files.h"

namespace pipit::env {

namespace {

constexpr std::uint64_t kMaxStartupFile = 1u << 20;

constexpr std::string_view kCrashReports = R"(# install the apport exception handler if available
try:
    import apport_python_hook
except ImportError:
    pass
else:
    apport_python_hook.install()
)";

/// A line that begins and ends so.
struct Hook {
  std::string_view head, tail;
};
constexpr Hook kHooks[] = {
    {"import os; var = 'SETUPTOOLS_USE_DISTUTILS'; enabled = os.environ.get(var, '",
     "') == 'local'; enabled and __import__('_distutils_hack').add_shim();"},
    {"import _virtualenv", ""},
    {"import __editable___", "_finder.install()"},
};

// Neither hook may bring a second statement in its middle: a name is all that differs.
bool is_known_hook(std::string_view line) {
  for (const Hook& hook : kHooks) {
    if (!line.starts_with(hook.head) || line.size() < hook.head.size() + hook.tail.size() ||
        !line.ends_with(hook.tail))
      continue;
    line.remove_prefix(hook.head.size());
    line.remove_suffix(hook.tail.size());
    if (hook.tail.empty() && !line.empty()) continue;
    const auto parts = base::split(line, ';');
    if (parts.size() <= 2 && line.find_first_of("()\"'=,") == std::string_view::npos) return true;
  }
  return false;
}

/// Whether a line may begin there: Pythons differ in what ends one.
bool begins_line(std::string_view text, std::size_t at) {
  if (at == 0) return true;
  const auto before = static_cast<unsigned char>(text[at - 1]);
  return before < 0x20 || before >= 0x7f;
}

bool has_code(const std::string& pth) {
  const auto text = base::read_file(pth, kMaxStartupFile);
  if (!text) return true;  // whatever it is, Python may be able to read it
  const std::string_view all = *text;
  for (std::size_t at = all.find("import"); at != std::string_view::npos;
       at = all.find("import", at + 1)) {
    const std::string_view line = all.substr(at, all.find_first_of("\r\n", at) - at);
    const bool is_code = line.starts_with("import ") || line.starts_with("import\t");
    if (is_code && begins_line(all, at) && !is_known_hook(base::trim(line))) return true;
  }
  return false;
}

bool is_crash_reports(const std::string& path) {
  const auto text = base::read_file(path, kMaxStartupFile);
  return text && *text == kCrashReports;
}

/// Whether a directory entry is a module of that name: a file of any kind, or a package.
bool is_module(std::string_view entry, std::string_view name) {
  return entry.starts_with(name) && (entry.size() == name.size() || entry[name.size()] == '.');
}

bool is_startup_code(const std::string& directory, const std::string& name, bool is_site) {
  const std::string path = base::join_path(directory, name);
  if (is_module(name, "_manylinux") || is_module(name, "usercustomize")) return true;
  if (is_module(name, "sitecustomize"))
    return name != "sitecustomize.py" || !is_crash_reports(path);
  if (!is_site) return false;
  return name.ends_with(".start") || (name.ends_with(".pth") && has_code(path));
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

std::string startup_code(const std::string& stdlib, const std::vector<std::string>& sites) {
  // A standard library has hundreds of files: it is faster asked for names than listed.
  std::string found;
  for (const char* module : {"sitecustomize", "usercustomize", "_manylinux"}) {
    for (const char* suffix : {".py", "", ".pyc", ".so", ".abi3.so"}) {
      const std::string name = cat(module, suffix), path = base::join_path(stdlib, name);
      if (base::exists(path) && is_startup_code(stdlib, name, false))
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
      if (is_startup_code(directory, entry.name, is_site)) add_module(found, directory, entry.name);
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

std::vector<std::string> with_added_sites(const std::vector<std::string>& sites) {
  std::vector<std::string> all;
  const auto add = [&](const std::string& site) {
    if (std::find(all.begin(), all.end(), site) == all.end()) all.push_back(site);
  };
  for (const std::string& site : sites) {
    const auto entries = base::is_directory(site)
                             ? base::list_directory(site)
                             : Result<std::vector<base::DirEntry>>(fail(Code::not_found, ""));
    if (!entries) continue;
    add(site);
    for (const std::string& folder : folders_of_pth(site, *entries))
      if (is_site_name(folder)) add(folder);
  }
  return all;
}

}  // namespace pipit::env
