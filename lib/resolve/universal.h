// One answer for many environments.
#pragma once
#include <variant>
#include <vector>

#include "resolve/fork.h"
#include "resolve/fork_answer.h"

namespace pipit::resolve {

/// In each single environment of `scope` there is no solution.
struct ForkConflict {
  Scope scope;
  solve::Conflict conflict;
};

/// A resolution for all of Policy::environments. It has a solution when every environment has one.
class Universal {
 public:
  explicit Universal(Provider& provider) : provider_(provider) {}

  /// Answers for environments that are disjoint and together are all of them, or the first
  /// conflict. Or it has to begin again, as a Fork.
  using Outcome = std::variant<std::vector<ForkAnswer>, ForkConflict, Fork::Restart>;
  /// Works through all forks. Network and file errors end it; Code::no_solution when a fork takes
  /// more steps, or when there are very many forks.
  Result<Outcome> run(std::size_t max_steps = kMaxSteps);
  /// Of all forks together.
  solve::Solver::Counts counts() const { return counts_; }

 private:
  Result<void> go_on(Fork& fork, std::size_t max_steps);
  Result<void> take_answer(ForkAnswer answer);
  void try_anew(const Fork& fork, solve::Conflict& conflict);
  void push_anew(const Parts& parts);

  Provider& provider_;
  std::vector<Fork> todo_;  // the next one last
  std::vector<ForkAnswer> answers_;
  std::optional<ForkConflict> failed_;
  bool restart_ = false;
  solve::Solver::Counts counts_;
};

}  // namespace pipit::resolve
