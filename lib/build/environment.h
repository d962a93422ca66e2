// The isolated environment of one build. Inside build only.
#pragma once
#include <map>
#include <stop_token>
#include <string>
#include <vector>

#include "base/result.h"
#include "build/bytecode.h"
#include "build/needs.h"
#include "env/interpreter.h"

namespace pipit::build {

/// Made in a directory that somebody else removes. For one thread at a time.
class Environment {
 public:
  /// `needs`, `options` and `ground` outlive it. Nothing is run.
  static Result<Environment> create(const std::string& directory, const env::Interpreter& base,
                                    Needs& needs, const Options& options, const Ground& ground);
  /// Installs what these and all earlier requirements need together.
  Result<void> provide(const std::vector<pep::Requirement>& requirements, std::stop_token stop);
  /// A hook has run: the bytecode it made may serve later builds.
  void keep_bytecode();
  /// Its own Python.
  const env::Interpreter& python() const { return python_; }

 private:
  Environment(env::Interpreter python, Needs& needs, const Options& options, const Ground& ground)
      : python_(std::move(python)),
        needs_(&needs),
        options_(&options),
        ground_(&ground),
        bytecode_(ground.store, python_) {}
  bool are_met(const std::vector<pep::Requirement>& requirements) const;
  Result<void> install(const resolve::Resolution& resolution, std::stop_token stop);

  env::Interpreter python_;
  Needs* needs_;
  const Options* options_;
  const Ground* ground_;
  std::vector<pep::Requirement> first_, more_;
  ResolutionPtr resolution_;
  std::map<std::string, pep::Version> installed_;
  std::vector<cache::WheelPtr> wheels_;
  Bytecode bytecode_;
};

}  // namespace pipit::build
