// Virtual environments (PEP 405), made without running any Python.
#pragma once
#include <string>

#include "base/result.h"
#include "env/python/interpreter.h"

namespace pipit::env {

struct VenvOptions {
  std::string directory;
  std::string prompt;  // "" : the directory's name
  bool system_site_packages = false;
  bool clear = false;  // empty the directory first
};

/// Makes the environment and returns what inspect() would say about it. Code::bad_environment for a
/// directory that contains anything; `clear` allows one with pyvenv.cfg, and empties it first. A
/// failure removes what was made.
Result<Interpreter> create_venv(const VenvOptions& options, const Interpreter& base);

/// The interpreter of the virtual environment `prefix` that was made from `base`: reads no file but
/// pyvenv.cfg.
Result<Interpreter> venv_interpreter(const std::string& prefix, const std::string& executable,
                                     const Interpreter& base);

}  // namespace pipit::env
