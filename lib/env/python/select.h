// Which environment a command means: --python, VIRTUAL_ENV, CONDA_PREFIX, .venv, or the system's
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
  /// --system, or called under the name pip: the first python3 on PATH, no environment is looked
  /// for
  bool system = false;
  /// when no environment is found, take the first python3 (commands that change nothing: compile,
  /// venv)
  bool fall_back_to_system = false;
};

/// What selection looks at, so that a test can make it up.
struct ProcessEnvironment {
  std::optional<std::string> virtual_env, conda_prefix;
  std::string path;       // PATH
  std::string directory;  // where the search for .venv begins, absolute
  static ProcessEnvironment current();
};

/// An executable that was chosen, and why ("--python 3.12", "VIRTUAL_ENV", ".venv in /src",
/// "PATH").
struct Selected {
  std::string executable, reason;
};

/// Candidates in the order they should be tried. More than one only for a version: all of the names
/// python3.12, python3, python on PATH. Code::bad_environment when nothing is there, naming
/// everything that was looked for; also for a broken .venv link, which is never passed over: the
/// user meant it.
Result<std::vector<Selected>> select_candidates(const Selector& selector,
                                                const ProcessEnvironment& around);

/// Selects and inspects.
Result<Interpreter> find_interpreter(const Selector& selector, const ProcessEnvironment& around,
                                     cache::Store& store, base::Events& events,
                                     std::stop_token stop);

}  // namespace pipit::env
