// Virtual environments. PEP 405 needs only two things, pyvenv.cfg and a link to the interpreter in
// bin/; the rest is convention. So no Python has to run. The tree is made in a directory of its own
// inside the destination and its entries are renamed out of it, so that a failure leaves the
// destination as it was, and a destination that is a mount point works too.
#include "env/python/venv.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <set>

#include "base/fd.h"
#include "base/file.h"
#include "base/file_tree.h"
#include "base/path.h"
#include "base/temp_dir.h"
#include "base/text.h"
#include "env/python/activate.h"
#include "env/python/pyvenv_cfg.h"
#include "env/steps.h"

namespace pipit::env {

namespace {

std::string config_text(const VenvOptions& options, const Interpreter& base) {
  const std::string implementation = base.target.markers.platform_python_implementation;
  std::string text = cat(
      "home = ", base::parent_path(base.base_executable), "\n", "implementation = ", implementation,
      "\n", "version = ", base.target.markers.python_full_version, "\n",
      "executable = ", base.base_executable, "\n",
      "include-system-site-packages = ", options.system_site_packages ? "true" : "false", "\n");
  if (!options.prompt.empty())
    text += cat("prompt = ", base::replace_all(options.prompt, "\n", " "), "\n");
  return text + cat(kPipitKey, " = 1\n");
}

Result<void> link_to(const std::string& target, const std::string& path) {
  if (::symlink(target.c_str(), path.c_str()) == 0) return {};
  return fail(base::system_error(path, errno));
}

// python is the link to the interpreter, the other names are links to it.
std::set<std::string> other_names(const Interpreter& base) {
  const unsigned major = base.tag_target.python_major, minor = base.tag_target.python_minor;
  std::set<std::string> names{cat("python", major), cat("python", major, ".", minor)};
  if (base.free_threaded) names.insert(cat("python", major, ".", minor, "t"));
  if (base.implementation == "pypy")
    names.insert({"pypy", cat("pypy", major), cat("pypy", major, ".", minor)});
  return names;
}

Result<void> fill_bin(const std::string& bin, const std::string& prefix, const VenvOptions& options,
                      const Interpreter& base) {
  PIPIT_TRY(base::make_directories(bin));
  PIPIT_TRY(link_to(base.base_executable, base::join_path(bin, "python")));
  for (const std::string& name : other_names(base))
    PIPIT_TRY(link_to("python", base::join_path(bin, name)));
  const std::string prompt =
      options.prompt.empty() ? std::string(base::base_name(prefix)) : options.prompt;
  for (const ActivationScript& script : activation_scripts(prefix, prompt)) {
    PIPIT_TRY(base::write_file(base::join_path(bin, script.name), script.text, 0644));
  }
  return {};
}

Result<void> fill_tree(const std::string& at, const std::string& prefix, const VenvOptions& options,
                       const Interpreter& base) {
  const Scheme& places = base.venv_scheme;
  PIPIT_TRY(base::make_directories(base::join_path(at, places.purelib)));
  PIPIT_TRY(base::make_directories(base::join_path(at, places.platlib)));
  const bool has_lib64 = base::exists(base::join_path(at, "lib64"));
  if (sizeof(void*) == 8 && !has_lib64 && base.target.markers.sys_platform != "darwin") {
    // As Python's own venv does on 64-bit systems.
    PIPIT_TRY(link_to("lib", base::join_path(at, "lib64")));
  }
  if (!places.headers.empty())
    PIPIT_TRY(base::make_directories(base::join_path(at, places.headers)));
  PIPIT_TRY(fill_bin(base::join_path(at, places.scripts), prefix, options, base));
  PIPIT_TRY(base::write_file(base::join_path(at, ".gitignore"), "*\n", 0644));
  return base::write_file(base::join_path(at, "pyvenv.cfg"), config_text(options, base), 0644);
}

// The current entries of the destination, if they may be replaced.
Result<std::vector<base::DirEntry>> replaceable_entries(const VenvOptions& options,
                                                        const std::string& prefix) {
  PIPIT_TRY(const std::optional<base::FileInfo> info, base::file_info(prefix, true));
  if (!info) return std::vector<base::DirEntry>();
  if (info->kind != base::FileInfo::Kind::directory)
    return fail(Code::bad_environment, cat(prefix, ": not a directory"));
  PIPIT_TRY(std::vector<base::DirEntry> entries, base::list_directory(prefix));
  if (entries.empty()) return entries;
  if (!base::exists(base::join_path(prefix, "pyvenv.cfg"))) {
    return fail(Code::bad_environment, cat(prefix, ": not empty, and not a virtual environment"));
  }
  if (options.clear) return entries;
  return fail(Error{Code::bad_environment, cat(prefix, ": there is a virtual environment already")}
                  .with_hint("--clear replaces it with a new one"));
}

Result<std::vector<Step>> venv_steps(const std::string& work, const std::string& prefix,
                                     const std::vector<base::DirEntry>& old) {
  std::vector<Step> steps;
  for (const base::DirEntry& entry : old) {
    steps.push_back({Step::Kind::move_away, base::join_path(prefix, entry.name),
                     cat(work, "/old/", entry.name)});
  }
  PIPIT_TRY(const std::vector<base::DirEntry> fresh, base::list_directory(cat(work, "/new")));
  for (const base::DirEntry& entry : fresh) {
    steps.push_back(
        {Step::Kind::place, cat(work, "/new/", entry.name), base::join_path(prefix, entry.name)});
  }
  return steps;
}

// Debian's Python looks in site-packages only when it is in a virtual environment.
void add_debian_site(Interpreter& venv, const Interpreter& base) {
  const auto is_debian = [](const std::string& site) { return site.ends_with("/dist-packages"); };
  if (std::ranges::none_of(base.site_paths, is_debian)) return;
  std::string site = base::join_path(base.stdlib, "site-packages");
  if (base::is_directory(site)) venv.site_paths.push_back(std::move(site));
}

}  // namespace

Result<Interpreter> venv_interpreter(const std::string& prefix, const std::string& executable,
                                     const Interpreter& base) {
  const auto cfg = read_pyvenv_cfg(prefix);
  if (!cfg) return fail(Code::bad_environment, cat(prefix, ": no pyvenv.cfg"));
  Interpreter venv = base;
  venv.executable = executable;
  venv.prefix = prefix;
  venv.base_prefix = base.base_prefix;
  venv.base_executable = base.base_executable;
  venv.is_virtual = true;
  venv.is_conda = false;
  venv.made_by_pipit = cfg->made_by_pipit;
  venv.externally_managed = std::nullopt;
  const auto at = [&](const std::string& path) {
    return path.empty() ? prefix : base::join_path(prefix, path);
  };
  const Scheme& places = base.venv_scheme;
  const std::string headers = cat("include/site/python", venv.target.markers.python_version);
  venv.scheme = {at(places.purelib), at(places.platlib), at(places.scripts), at(places.data),
                 at(headers)};
  venv.prefix_scheme = places;
  venv.prefix_scheme.headers = headers;
  venv.site_paths = {venv.scheme.purelib};
  if (venv.scheme.platlib != venv.scheme.purelib) venv.site_paths.push_back(venv.scheme.platlib);
  if (cfg->system_site_packages) {
    add_debian_site(venv, base);
    venv.site_paths.insert(venv.site_paths.end(), base.site_paths.begin(), base.site_paths.end());
  } else {
    venv.user_scheme.reset();
  }
  return venv;
}

Result<Interpreter> create_venv(const VenvOptions& options, const Interpreter& base) {
  const std::string prefix = base::absolute_path(options.directory);
  PIPIT_TRY(const std::vector<base::DirEntry> old, replaceable_entries(options, prefix));
  Runner made;
  PIPIT_TRY(made.make_directories(prefix));
  {
    PIPIT_TRY(const base::TempDir work, base::TempDir::create(prefix, ".pipit-"));
    for (const char* part : {"/new", "/old"})
      PIPIT_TRY(base::make_directories(cat(work.path(), part)));
    PIPIT_TRY(fill_tree(cat(work.path(), "/new"), prefix, options, base));
    PIPIT_TRY(const std::vector<Step> steps, venv_steps(work.path(), prefix, old));
    Runner runner;
    PIPIT_TRY(run_steps(runner, steps, nullptr, {}));
    runner.commit();
  }
  made.commit();
  return venv_interpreter(
      prefix, base::join_path(prefix, base::join_path(base.venv_scheme.scripts, "python")), base);
}

}  // namespace pipit::env
