// Facts about a Python interpreter and the environment it belongs to.
#pragma once
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/events.h"
#include "base/result.h"
#include "pep/target.h"

namespace pipit::cache {
class Store;  // cache/store.h
}

namespace pipit::env {

/// The five directories of the wheel specification, absolute; `headers` is the parent of one
/// directory per distribution.
struct Scheme {
  std::string purelib, platlib, scripts, data, headers;
  bool operator==(const Scheme&) const = default;
};

struct Interpreter {
  /// absolute; in a virtual environment its own bin/python, not what that links to
  std::string executable;
  std::string prefix;           // sys.prefix: the environment's directory
  std::string base_prefix;      // sys.base_prefix; equal to prefix unless is_virtual
  std::string base_executable;  // what virtual environments made from it link to
  std::string stdlib;           // directory of the standard library
  pep::Version version;         // "3.12.4"
  std::string implementation;   // "cpython", "pypy"
  std::string cache_tag;        // "cpython-312": the middle of .pyc names
  pep::Target target;         // markers and tags; glibc or musl as the interpreter itself is linked
  pep::TagTarget tag_target;  // what target.tags was made from, for --python-version and the like
  Scheme scheme;              // where pip would install
  Scheme venv_scheme;         // of virtual environments made from it, relative to their prefix
  Scheme prefix_scheme;       // the same, each path relative to a prefix to be named (--prefix)
  /// --user; none in a virtual environment without system packages
  std::optional<Scheme> user_scheme;
  /// where distributions are found, in sys.path order; includes purelib and platlib
  std::vector<std::string> site_paths;
  std::vector<std::string> python_path;  // the caller's PYTHONPATH: folders, before the sites
  bool is_virtual = false;     // PEP 405
  bool is_conda = false;       // has conda-meta/
  bool made_by_pipit = false;  // pyvenv.cfg says so
  bool free_threaded = false;
  /// PEP 668: the message of EXTERNALLY-MANAGED; never set for a virtual environment.
  std::optional<std::string> externally_managed;
};

/// Called with the path that is inspected before a Python is run for its facts, which takes a
/// while.
using BeforeRun = std::function<void(const std::string& executable)>;

/// Facts about the interpreter `executable` (a path). They come from files where these tell:
/// pyvenv.cfg, and the base interpreter's installation; else, or when code of its own runs at every
/// start, it is run once, and its output is kept in `store` under its real path, size and time. A
/// script instead of a binary (a pyenv shim) is run every time, as it may answer differently every
/// time. `before_run` may be null. Code::bad_environment when it does not run
/// or prints no facts.
Result<Interpreter> inspect(const std::string& executable, cache::Store& store,
                            base::Events& events, std::stop_token stop,
                            const BeforeRun& before_run = {});

/// Code::bad_environment with PEP 668's text when the environment is externally managed and
/// `break_system_packages` is not set; `nearby` is an environment to use instead, if there is one.
Result<void> check_may_change(const Interpreter& interpreter, bool break_system_packages,
                              const std::optional<std::string>& nearby = {});

}  // namespace pipit::env
