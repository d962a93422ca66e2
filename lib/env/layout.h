// Where an installation goes: an interpreter's own scheme, --target, --prefix, --user or --root.
#pragma once
#include <string>
#include <vector>

#include "base/result.h"
#include "env/python/interpreter.h"

namespace pipit::env {

struct Layout {
  Scheme scheme;  // directories written to (with --root in front)
  /// the Python in launchers: an absolute path, or "" for "/usr/bin/env python3" (no interpreter is
  /// known)
  std::string python;
  /// "3.12", the Python that runs what is installed; "" when it is not known
  std::string python_version;
  /// --root: in front of every path of `scheme`, but not in the content of files; usually ""
  std::string root;
  /// the environment's directory with root: pyvenv.cfg and interpreters below it are never replaced
  std::string prefix;
  /// where installed distributions are searched for, in the order of sys.path; includes purelib and
  /// platlib
  std::vector<std::string> site_paths;
  std::vector<std::string> python_path;  // PYTHONPATH: folders that are searched before those
  /// Python itself searches `site_paths`: folders that .pth files there name are searched, too
  bool is_searched = false;
  bool flat = false;  // --target: packages, bin/ and share/ in one directory
  /// a prefix that others use, too (not a virtual environment): its bin, lib, share are kept even
  /// when empty
  bool shared_prefix = false;
};

Layout environment_layout(const Interpreter& interpreter);
/// For --user. Code::bad_environment when this environment has no user site.
Result<Layout> user_layout(const Interpreter& interpreter);
/// For pip's --target: purelib and platlib are `directory` itself, scripts go to bin/.
/// `interpreter` may be nullptr; `python` is the target's Python version.
Layout target_layout(const std::string& directory, const Interpreter* interpreter,
                     const pep::Version& python);
/// For --prefix: the interpreter's scheme below another prefix.
Layout prefix_layout(const std::string& prefix, const Interpreter& interpreter);
/// For --root: the same places below `root`.
Layout with_root(Layout layout, const std::string& root);

}  // namespace pipit::env
