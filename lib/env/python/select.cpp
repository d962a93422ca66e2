// Selection. What the user says wins over what the shell says, and that over what is found nearby:
// --python, VIRTUAL_ENV, CONDA_PREFIX, .venv here or above, and only on request the system's
// Python. Something that was meant but is broken is an error, never a reason to look further:
// installing into an environment other than the one meant is the worst of all outcomes.
#include "env/python/select.h"

#include <unistd.h>

#include "base/environ.h"
#include "base/file.h"
#include "base/file_tree.h"
#include "base/path.h"
#include "base/process.h"
#include "base/shell_words.h"
#include "base/text.h"
#include "env/python/facts.h"
#include "env/python/pyvenv_cfg.h"
#include "pep/specifier.h"

namespace pipit::env {

namespace {

std::string absolute_from(const ProcessEnvironment& around, std::string_view path) {
  return base::absolute_path(path.starts_with('/') ? std::string(path)
                                                   : base::join_path(around.directory, path));
}

// bin/python of an environment; "" when there is none. A dangling link counts: inspecting it
// reports what is wrong.
std::string python_of(const std::string& prefix) {
  for (const char* name : {"bin/python", "bin/python3"}) {
    const std::string path = base::join_path(prefix, name);
    const auto info = base::file_info(path);
    if (info && *info) return path;
  }
  return {};
}

// What keeps a folder from being an environment; "" when nothing does.
std::string_view fault_of(const std::string& prefix) {
  if (!base::is_directory(prefix)) return "not a folder";
  if (!read_pyvenv_cfg(prefix) && !base::is_directory(base::join_path(prefix, "conda-meta")))
    return "missing pyvenv.cfg";
  return python_of(prefix).empty() ? "no bin/python there" : "";
}

// Whether a link leads out of the folder: without pyvenv.cfg that Python would work elsewhere.
bool leads_out(const std::string& executable, const std::string& prefix) {
  return !base::real_path(executable).starts_with(cat(base::real_path(prefix), "/"));
}

bool looks_like_version(std::string_view text) {
  if (text.empty()) return false;
  if (text.find_first_of("<>=!~") != std::string_view::npos) return true;
  return base::is_digit(text.front()) &&
         text.find_first_not_of("0123456789.") == std::string_view::npos;
}

// "3.12" means any 3.12; an operator makes it a specifier.
Result<pep::SpecifierSet> wanted_versions(const std::string& text) {
  const bool plain = base::is_digit(text.front());
  if (!plain) return pep::SpecifierSet::parse(text);
  const bool full = base::split(text, '.').size() >= 3;
  return pep::SpecifierSet::parse(cat("==", text, full ? "" : ".*"));
}

std::vector<Selected> on_path(const std::vector<std::string>& names,
                              const ProcessEnvironment& around, const std::string& reason) {
  std::vector<Selected> found;
  for (const std::string& name : names) {
    if (auto path = base::find_program(name, around.path))
      found.push_back({std::move(*path), reason});
  }
  return found;
}

// All of PATH, not only the first of each name: only running a version manager's shim tells which
// Python it starts, so shims come last.
std::vector<Selected> all_on_path(const std::vector<std::string>& names,
                                  const ProcessEnvironment& around, const std::string& reason) {
  std::vector<Selected> binaries, scripts;
  for (const std::string& name : names) {
    for (const std::string_view directory : base::split(around.path, ':')) {
      auto path = directory.empty() ? std::nullopt : base::find_program(name, directory);
      if (path) (is_script_file(*path) ? scripts : binaries).push_back({std::move(*path), reason});
    }
  }
  binaries.insert(binaries.end(), scripts.begin(), scripts.end());
  return binaries;
}

std::string said_by_user(const Selector& selector) {
  return selector.said.empty() ? cat("--python ", selector.python) : selector.said;
}

Result<std::vector<Selected>> by_path(const Selector& selector, const ProcessEnvironment& around) {
  const std::string path = absolute_from(around, selector.python);
  const std::string reason = said_by_user(selector);
  if (!base::is_directory(path)) {
    const auto info = base::file_info(path);
    if (info && *info) return std::vector<Selected>{{path, reason}};
    return fail(Code::bad_environment, cat(reason, ": no such file"));
  }
  std::string executable = python_of(path);
  if (executable.empty())
    return fail(Code::bad_environment, cat(reason, ": no bin/python in that directory"));
  return std::vector<Selected>{{std::move(executable), reason}};
}

Result<std::vector<Selected>> by_option(const Selector& selector,
                                        const ProcessEnvironment& around) {
  const std::string& python = selector.python;
  const std::string reason = said_by_user(selector);
  if (looks_like_version(python)) {
    std::vector<std::string> names;
    const auto parts = base::split(python, '.');
    if (base::is_digit(python.front()) && parts.size() >= 2)
      names.push_back(cat("python", parts[0], ".", parts[1]));
    names.insert(names.end(), {"python3", "python"});
    auto found = all_on_path(names, around, reason);
    if (found.empty())
      return fail(Code::bad_environment,
                  cat(reason, ": none of ", base::join(names, ", "), " is on PATH"));
    return found;
  }
  const bool is_path = python.find('/') != std::string::npos || python.starts_with('.');
  if (is_path) return by_path(selector, around);
  // A folder here that is an environment was meant, even if a program has the same name.
  if (!python_of(absolute_from(around, python)).empty()) return by_path(selector, around);
  auto found = on_path({python}, around, reason);
  if (!found.empty()) return found;
  if (base::exists(absolute_from(around, python))) return by_path(selector, around);
  return fail(Code::bad_environment, cat(reason, ": neither on PATH nor a file or directory here"));
}

Result<std::vector<Selected>> system_python(const ProcessEnvironment& around) {
  auto found = on_path({"python3", "python"}, around, "PATH");
  if (found.empty())
    return fail(Code::bad_environment, "no Python found: neither python3 nor python is on PATH");
  return found;
}

Result<std::vector<Selected>> by_variable(const char* name, const std::string& prefix,
                                          const ProcessEnvironment& around) {
  const std::string path = absolute_from(around, prefix);
  std::string executable = python_of(path);
  std::string_view fault = executable.empty() ? "no bin/python there" : fault_of(path);
  // A whole installation of Python may be named, too: it has no pyvenv.cfg.
  if (!fault.empty() && !executable.empty() && !leads_out(executable, path)) fault = {};
  if (fault.empty()) return std::vector<Selected>{{std::move(executable), name}};
  return fail(Error{Code::bad_environment, cat(name, "=", prefix, ": ", fault)}.with_hint(
      cat("unset ", name, ", or name an interpreter with --python")));
}

// Whatever has the name; nullopt: nothing here or above.
Result<std::optional<std::string>> nearest_dot_venv(const ProcessEnvironment& around) {
  for (std::string at = around.directory;; at = std::string(base::parent_path(at))) {
    std::string venv = base::join_path(at, ".venv");
    PIPIT_TRY(const std::optional<base::FileInfo> info, base::file_info(venv));
    if (info) return venv;
    if (at == "/" || at.empty()) return std::nullopt;
  }
}

// What is there already goes only by the user's own hand, unless an environment takes its place.
std::string way_to_new(const std::string& venv) {
  const auto entries = base::list_directory(venv);
  const bool replaceable = entries && (entries->empty() || read_pyvenv_cfg(venv));
  return replaceable
             ? cat("make it again (pipit venv --clear ", base::shell_word(venv), ")")
             : cat("remove it (rm -r ", base::shell_word(venv), ") and make one with `pipit venv`");
}

Result<Selected> by_dot_venv(const std::string& venv) {
  if (base::exists(venv)) {
    const std::string_view fault = fault_of(venv);
    if (fault.empty()) return Selected{python_of(venv), cat(".venv in ", base::parent_path(venv))};
    return fail(Error{Code::bad_environment, cat(venv, ": a broken virtual environment: ", fault)}
                    .with_hint(cat(way_to_new(venv), ", or name an interpreter with --python")));
  }
  return fail(Error{Code::bad_environment, cat(venv, ": a broken link")}.with_hint(
      "remove it, or name an interpreter with --python"));
}

bool looks_nearby(const Selector& selector, const ProcessEnvironment& around) {
  return selector.python.empty() && !selector.system && !around.virtual_env && !around.conda_prefix;
}

std::string looked_for(const ProcessEnvironment& around) {
  return cat(
      "no environment found: VIRTUAL_ENV and CONDA_PREFIX are not set, and there is no .venv in ",
      around.directory, " or above");
}

}  // namespace

ProcessEnvironment ProcessEnvironment::current() {
  const auto set = [](const char* name) {
    auto value = base::environment_variable(name);
    return value && value->empty() ? std::nullopt : value;
  };
  return {set("VIRTUAL_ENV"), set("CONDA_PREFIX"), base::environment_variable("PATH").value_or(""),
          base::absolute_path(".")};
}

Result<std::vector<Selected>> select_candidates(const Selector& selector,
                                                const ProcessEnvironment& around) {
  if (!selector.python.empty()) return by_option(selector, around);
  if (selector.system) return system_python(around);
  if (around.virtual_env) return by_variable("VIRTUAL_ENV", *around.virtual_env, around);
  if (around.conda_prefix) return by_variable("CONDA_PREFIX", *around.conda_prefix, around);
  PIPIT_TRY(const std::optional<std::string> venv, nearest_dot_venv(around));
  if (venv) {
    PIPIT_TRY(Selected found, by_dot_venv(*venv));
    return std::vector<Selected>{std::move(found)};
  }
  if (selector.fall_back_to_system) return system_python(around);
  return fail(Error{Code::bad_environment, looked_for(around)}.with_hint(
      "make one with `pipit venv`, name an interpreter with --python, or use --system"));
}

std::optional<std::string> prefix_told_by_path(const std::string& executable) {
  const std::string path = base::absolute_path(executable);
  if (const auto cfg = find_pyvenv_cfg(path)) return cfg->prefix;
  if (is_script_file(path)) return std::nullopt;
  return std::string(base::parent_path(base::parent_path(base::real_path(path))));
}

std::optional<std::string> environment_nearby(const ProcessEnvironment& around) {
  const auto venv = nearest_dot_venv(around);
  std::string path = around.virtual_env          ? absolute_from(around, *around.virtual_env)
                     : venv && venv->has_value() ? **venv
                                                 : std::string();
  if (path.empty() || !fault_of(path).empty()) return std::nullopt;
  return path;
}

namespace {

Result<Interpreter> find_meant(const Selector& selector, const ProcessEnvironment& around,
                               cache::Store& store, base::Events& events, std::stop_token stop) {
  PIPIT_TRY(const std::vector<Selected> candidates, select_candidates(selector, around));
  const bool by_version = looks_like_version(selector.python);
  pep::SpecifierSet allowed;
  if (by_version) {
    PIPIT_TRY(allowed, wanted_versions(selector.python));
  }
  std::string seen;
  std::optional<Error> first;
  for (const Selected& candidate : candidates) {
    auto interpreter = inspect(candidate.executable, store, events, stop, selector.before_run);
    if (!interpreter && (!by_version || interpreter.error().code == Code::cancelled))
      return interpreter;
    if (!interpreter) {
      if (!first) first = std::move(interpreter.error());
      continue;
    }
    if (by_version && !allowed.contains(interpreter->version)) {
      seen +=
          cat(seen.empty() ? "" : ", ", candidate.executable, " is ", interpreter->version.str());
      continue;
    }
    events.note(cat("Python ", interpreter->version.str(), " at ", interpreter->executable, " (",
                    candidate.reason, ")"));
    return interpreter;
  }
  if (seen.empty() && first) return fail(std::move(*first));
  return fail(Code::bad_environment,
              cat(said_by_user(selector), ": no such Python on PATH (", seen, ")"));
}

}  // namespace

Result<Interpreter> find_interpreter(const Selector& selector, const ProcessEnvironment& around,
                                     cache::Store& store, base::Events& events,
                                     std::stop_token stop) {
  auto found = find_meant(selector, around, store, events, stop);
  if (found || found.error().code != Code::bad_environment || !selector.needs_no_environment ||
      !looks_nearby(selector, around))
    return found;
  PIPIT_TRY(const std::optional<std::string> venv, nearest_dot_venv(around));
  if (!venv) return found;
  events.warn(cat(found.error().message, " (not needed here: taking the first Python on PATH)"));
  Selector other = selector;
  other.system = true;
  return find_meant(other, around, store, events, std::move(stop));
}

}  // namespace pipit::env
