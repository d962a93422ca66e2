// How sources are built in this run.
#pragma once
#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "build_frontend/build_log.h"
#include "env/link.h"
#include "env/python/interpreter.h"
#include "pep/target.h"
#include "resolve/problem.h"

namespace pipit::build_frontend {

/// What is said to backends (PEP 517): a key that was given several times has all its values.
using ConfigSettings = std::map<std::string, std::vector<std::string>, std::less<>>;

struct Options {
  /// The Python of the target environment; none: the first on PATH that fits the target.
  std::optional<env::Interpreter> interpreter;
  /// Whom the wheels are for; null: the Python that builds.
  std::shared_ptr<const pep::Target> target;
  ConfigSettings settings;
  /// By normal name: keys that are named here replace those of `settings`.
  std::map<std::string, ConfigSettings> project_settings;
  std::vector<resolve::UserRequirement> constraints;  // on build requirements
  bool no_isolation = false;                          // all are built in the target environment
  std::set<std::string> no_isolation_of;              // or these, by normal name
  /// For build requirements. Its target is the Python that builds, whatever it says.
  resolve::Policy policy;
  env::LinkMode link_mode = env::LinkMode::automatic;
  std::size_t concurrent = 1;  // hooks at once
  int timeout_seconds = 0;     // of one hook; 0: none
  /// Where the whole output of a build goes while it runs, and stays when it fails; null: nowhere.
  std::shared_ptr<BuildLogs> logs;
};

}  // namespace pipit::build_frontend
