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
/// directory that holds something else than a virtual environment, or one already there, unless
/// `clear` is set. (`clear` never empties a directory without pyvenv.cfg.) A failure removes what
/// was made.
Result<Interpreter> create_venv(const VenvOptions& options, const Interpreter& base);

/// The interpreter of the virtual environment `prefix` that was made from `base`: no file but
/// pyvenv.cfg is read.
Result<Interpreter> venv_interpreter(const std::string& prefix, const std::string& executable,
                                     const Interpreter& base);

}  // namespace pipit::env
