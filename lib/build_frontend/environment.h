// The isolated environment of one build.
#pragma once
#include <map>
#include <stop_token>
#include <string>
#include <vector>

#include "base/result.h"
#include "build_frontend/build_requirements.h"
#include "build_frontend/bytecode.h"
#include "env/python/interpreter.h"

namespace pipit::build_frontend {

/// Its directory is removed by the caller. For one thread at a time.
class Environment {
 public:
  /// `requirements`, `options` and `services` outlive it. Runs no program.
  static Result<Environment> create(const std::string& directory, const env::Interpreter& base,
                                    BuildRequirements& requirements, const Options& options,
                                    const BuildServices& services);
  /// Installs what these and all earlier requirements need together.
  Result<void> provide(const std::vector<pep::Requirement>& requirements, std::stop_token stop);
  /// To be called after a hook has run: caches the bytecode that it made for later builds.
  void keep_bytecode();
  /// Its own Python.
  const env::Interpreter& python() const { return python_; }

 private:
  Environment(env::Interpreter python, BuildRequirements& requirements, const Options& options,
              const BuildServices& services)
      : python_(std::move(python)),
        requirements_(&requirements),
        options_(&options),
        services_(&services),
        bytecode_(services.store, python_) {}
  bool are_met(const std::vector<pep::Requirement>& requirements) const;
  Result<void> install(const resolve::Resolution& resolution, std::stop_token stop);

  env::Interpreter python_;
  BuildRequirements* requirements_;
  const Options* options_;
  const BuildServices* services_;
  std::vector<pep::Requirement> first_, more_;
  ResolutionPtr resolution_;
  std::map<std::string, pep::Version> installed_;
  std::vector<cache::WheelPtr> wheels_;
  Bytecode bytecode_;
};

}  // namespace pipit::build_frontend
