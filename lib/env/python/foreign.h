// A target that is not (only) the interpreter found: --python-version, --python-platform,
// --implementation, --abi.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "env/python/interpreter.h"
#include "pep/platform.h"
#include "pep/target.h"

namespace pipit::env {

struct TargetOptions {
  std::string python_version;          // "3.12", "312", "3.12.4"; "" : the base's
  std::vector<std::string> platforms;  // names pep::expand_platform knows, best first
  std::string implementation;          // "cp", "pp", "py"
  std::vector<std::string> abis;       // "cp312", "abi3", "none"
  /// Behind `platforms`, as pip's --platform means them: a wheel for the machine it was built on
  /// ("linux_x86_64"), which may need any library of that machine, counts when it is named so.
  std::vector<std::string> wheel_platforms = {};
  bool any() const;  // whether any of them is given
  bool any_platform() const { return !platforms.empty() || !wheel_platforms.empty(); }
};

/// Whether TargetOptions::python_version may be this.
bool is_python_version(const std::string& text);

/// The target of `options`; what they leave open comes from `base` or, when it is nullptr, from
/// this machine: its architecture, its libc (glibc 2.28 when none is found), CPython
/// kDefaultPython. Neither runs nor looks for a Python. Code::usage for a value without meaning.
Result<pep::Target> foreign_target(const TargetOptions& options, const Interpreter* base);

/// What makes wheels for `target` unfit for `python`: "Python 3.12 on win_amd64"; "" when nothing
/// does.
std::string foreign_part(const pep::Target& target, const Interpreter& python);

inline constexpr char kDefaultPython[] = "3.12";

}  // namespace pipit::env
