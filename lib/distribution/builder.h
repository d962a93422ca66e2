// The interface through which distribution gets sources built. Room build_frontend implements it;
// operation::Session hands it down once the interpreter is known.
#pragma once
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/result.h"
#include "pep/target.h"

namespace pipit::distribution {

/// An unpacked source to be built.
struct BuildOrder {
  std::string tree;       // absolute path of the project's folder (a subdirectory is applied)
  std::string scratch;    // an empty folder for the build's own files; removed with the order
  std::string project;    // normal name, "" while it is not known
  std::string shown;      // "name==version", a URL or a path, for messages and spans; no secrets
  bool editable = false;  // PEP 660
  /// Variables that must not reach what is built: of ours, those that speak of another tree.
  std::vector<std::string> unset = {};
};

/// One source tree with its build environment, which is created when the first hook needs it and
/// lives as long as this object. Used by one thread at a time. Only hooks run under the builds'
/// gate.
class BuildTree {
 public:
  virtual ~BuildTree() = default;
  /// The METADATA text from prepare_metadata_for_build_wheel (or _editable); nullopt when the
  /// backend has no such hook. Code::build_failed names the package, the cause and the log.
  virtual Result<std::optional<std::string>> prepare_metadata(std::stop_token stop) = 0;
  /// Builds a wheel (or an editable one) into `directory`; returns the file's path.
  virtual Result<std::string> build_wheel(const std::string& directory, std::stop_token stop) = 0;
};

/// Any thread.
class Builder {
 public:
  virtual ~Builder() = default;
  /// The target that the wheels must fit: it decides which earlier built wheels can be used.
  virtual const pep::Target& target() const = 0;
  /// Text for what metadata may depend on besides the source: implementation, version and platform
  /// of the Python that builds ("cpython-3.12.4-linux-x86_64").
  virtual std::string interpreter_key() const = 0;
  /// Digest (hex) of this project's build settings where they differ from the defaults: config
  /// settings, build constraints, no isolation; "" when none differ.
  virtual std::string settings_digest(const std::string& project) const = 0;
  /// Runs nothing yet. Code::bad_environment when there is no Python to build with.
  virtual Result<std::unique_ptr<BuildTree>> open(const BuildOrder& order) = 0;
};

}  // namespace pipit::distribution
