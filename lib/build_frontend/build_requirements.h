// The distributions that a build environment needs.
#pragma once
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "build_frontend/build_options.h"
#include "build_frontend/front_end.h"
#include "pep/requirement.h"
#include "resolve/resolver.h"
#include "sched/once_map.h"

namespace pipit::build_frontend {

using ResolutionPtr = std::shared_ptr<const resolve::Resolution>;

/// Resolves build requirements for one Python. Any thread. Equal lists are resolved once: ten
/// projects built by setuptools share one resolution.
class BuildRequirements {
 public:
  /// The arguments outlive it.
  BuildRequirements(const Options& options, const BuildServices& services,
                    std::shared_ptr<const pep::Target> target);

  /// Resolves `requirements` and `more` together; for the former, the choices in `before` are kept
  /// where possible (null: there are none). May wait for other builds: Code::cycle names them when
  /// one of them waits for us.
  Result<ResolutionPtr> resolve(const std::vector<pep::Requirement>& requirements,
                                const std::vector<pep::Requirement>& more,
                                const ResolutionPtr& before, std::stop_token stop);

 private:
  Result<resolve::Problem> make_request(const std::vector<pep::Requirement>& wanted,
                                        std::stop_token stop) const;

  const Options& options_;
  const BuildServices& services_;
  std::shared_ptr<const pep::Target> target_;
  sched::OnceMap<std::string, ResolutionPtr> known_;
};

}  // namespace pipit::build_frontend
