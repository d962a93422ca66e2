// The settings for building sources in this run.
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

/// Settings passed to backends (PEP 517): a key that was given several times has all its values.
using ConfigSettings = std::map<std::string, std::vector<std::string>, std::less<>>;

struct Options {
  /// The Python of the target environment; none: the first on PATH that fits the target.
  std::optional<env::Interpreter> interpreter;
  /// The target that the wheels must fit; null: the Python that builds.
  std::shared_ptr<const pep::Target> target;
  ConfigSettings settings;
  /// By normal name: keys given here replace those of `settings`.
  std::map<std::string, ConfigSettings> project_settings;
  std::vector<resolve::UserRequirement> constraints;  // on build requirements
  bool no_isolation = false;                          // build all in the target environment
  std::set<std::string> no_isolation_of;              // or only these, by normal name
  /// For build requirements. Its target is replaced by the Python that builds.
  resolve::Policy policy;
  env::LinkMode link_mode = env::LinkMode::automatic;
  std::size_t concurrent = 1;  // hooks at once
  int timeout_seconds = 0;     // of one hook; 0: none
  /// Where logs of builds go while they run, and stay when they fail; null: there are none.
  std::shared_ptr<BuildLogs> logs;
};

}  // namespace pipit::build_frontend
