// What distribution asks when a source has to be built. Implemented by room build_frontend, handed
// down by operation::Session when the interpreter is known.
#pragma once
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "base/result.h"
#include "pep/target.h"

namespace pipit::distribution {

/// An unpacked source that is to be built.
struct BuildOrder {
  std::string tree;       // absolute path of the project's folder (a subdirectory is applied)
  std::string scratch;    // an empty folder for whatever a build needs; removed with the order
  std::string project;    // normal name, "" while it is not known
  std::string shown;      // "name==version", a URL or a path, for messages and spans; no secrets
  bool editable = false;  // PEP 660
};

/// One source tree with its build environment, which is made when a hook is first needed and kept
/// until it goes. Used by one thread at a time; a hook is run under the builds' gate, everything
/// else is not.
class BuildTree {
 public:
  virtual ~BuildTree() = default;
  /// The METADATA text by prepare_metadata_for_build_wheel (or _editable); nullopt when the backend
  /// has no such hook. Code::build_failed names the package, the cause and the log.
  virtual Result<std::optional<std::string>> prepare_metadata(std::stop_token stop) = 0;
  /// Builds a wheel (or an editable one) into `directory`; the path of the file.
  virtual Result<std::string> build_wheel(const std::string& directory, std::stop_token stop) = 0;
};

/// Any thread.
class Builder {
 public:
  virtual ~Builder() = default;
  /// Whom the wheels are for: which of the wheels built before can be used.
  virtual const pep::Target& target() const = 0;
  /// Text that names what metadata may depend on besides the source: implementation, version and
  /// platform of the Python that builds ("cpython-3.12.4-linux-x86_64").
  virtual std::string interpreter_key() const = 0;
  /// Digest (hex) of this project's build settings that are not the defaults: config settings,
  /// build constraints, no isolation; "" when there are none.
  virtual std::string settings_digest(const std::string& project) const = 0;
  /// Starts nothing yet. Code::bad_environment when there is no Python to build with.
  virtual Result<std::unique_ptr<BuildTree>> open(const BuildOrder& order) = 0;
};

}  // namespace pipit::distribution
