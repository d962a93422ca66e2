// Which environment a command works on: --python, VIRTUAL_ENV, CONDA_PREFIX, .venv, or the system's
// Python.
#pragma once
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/events.h"
#include "base/result.h"
#include "env/python/interpreter.h"

namespace pipit::env {

struct Selector {
  /// --python: a path to an executable or to an environment, "3.12", ">=3.11" (major.minor
  /// compared), or a name
  std::string python;
  /// --system, or called under the name pip: the first python3 on PATH, without a search for an
  /// environment
  bool system = false;
  /// when no environment is found, use the first python3 (for commands that change nothing:
  /// compile, venv)
  bool fall_back_to_system = false;
  /// a .venv that cannot be used is passed over with a warning, for the first python3: where any
  /// Python serves (compile, --target)
  bool needs_no_environment = false;
  /// how the user said `python`, for messages: "PIPIT_PYTHON=3.12"; "" : "--python 3.12"
  std::string said = {};
  BeforeRun before_run = {};
};

/// The inputs of the selection, so that a test can provide its own.
struct ProcessEnvironment {
  std::optional<std::string> virtual_env, conda_prefix;
  std::string path;       // PATH
  std::string directory;  // where the search for .venv begins, absolute
  static ProcessEnvironment current();
};

/// A chosen executable, and why it was chosen ("--python 3.12", "VIRTUAL_ENV", ".venv in /src",
/// "PATH").
struct Selected {
  std::string executable, reason;
};

/// Candidates in the order in which to try them. More than one only for a version: all of the names
/// python3.12, python3, python on PATH. Code::bad_environment when nothing is found, naming all
/// that was looked for; also for a nearest .venv that is no environment: it was meant, so none
/// further up is taken.
Result<std::vector<Selected>> select_candidates(const Selector& selector,
                                                const ProcessEnvironment& around);

/// The environment that is active or nearest, if it can be used: for hints.
std::optional<std::string> environment_nearby(const ProcessEnvironment& around);

/// sys.prefix of an interpreter, as far as its path tells it; nullopt for a script (a version
/// manager's shim), which may start any.
std::optional<std::string> prefix_told_by_path(const std::string& executable);

/// Selects and inspects.
Result<Interpreter> find_interpreter(const Selector& selector, const ProcessEnvironment& around,
                                     cache::Store& store, base::Events& events,
                                     std::stop_token stop);

}  // namespace pipit::env
