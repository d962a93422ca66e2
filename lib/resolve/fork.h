// One fork of a resolution: a solver and whoever answers it. A resolution for one target is one
// fork.
#pragma once
#include <set>

#include "resolve/sources.h"
#include "solve/solver.h"

namespace pipit::resolve {

/// A value: a copy goes on from the same point by itself. Copies share the sources, which outlive
/// them.
class Fork {
 public:
  /// At the roots.
  explicit Fork(Sources& sources);

  /// Answers the solver until it is done. Code::no_solution with the explanation when there is no
  /// solution.
  Result<solve::Solved> run();
  solve::Solver::Counts counts() const { return solver_.counts(); }

 private:
  Result<void> answer_candidate(const solve::NeedCandidate& need);
  Result<void> answer_dependencies(const solve::NeedDependencies& need);
  void give_versions(solve::PackageId id, const Candidates& candidates);
  void tell_why_none(solve::PackageId id, Candidates& candidates, const solve::Range& range);
  Result<void> pass_over_version(const solve::NeedDependencies& need, Candidates& candidates,
                                 std::size_t at, const Error& error);
  Result<void> pass_over_sdists(const solve::NeedDependencies& need, Candidates& candidates,
                                std::size_t at);
  Result<void> give_dependencies(const solve::NeedDependencies& need, const solve::Package& package,
                                 const pep::Metadata& data);
  void warn_unknown_extra(const solve::Package& package, const pep::Version& version,
                          const pep::Metadata& data);

  Sources* sources_;
  solve::Solver solver_;
  std::set<solve::PackageId> versions_given_;
};

}  // namespace pipit::resolve
