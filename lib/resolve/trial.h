// Resolutions of requests that differ a little from one that was resolved: would that have a
// solution?
#pragma once
#include <chrono>
#include <memory>
#include <optional>
#include <stop_token>
#include <variant>

#include "resolve/budget.h"
#include "resolve/fork.h"

namespace pipit::resolve {

/// Bounded all together: by time, by requests beyond what was asked for before, by steps. Nothing
/// of them is told to the user.
class Trials {
 public:
  /// What is passed outlives it. `budget` is that of the resolution that came before.
  Trials(index::Catalog& catalog, dist::Database& dists, Budget& budget, std::stop_token stop,
         std::chrono::milliseconds time);
  ~Trials();

  /// Of a universal problem the first fork's answer, or the conflict of some environments.
  using Outcome = std::variant<solve::Solved, solve::Conflict>;
  /// nullopt: not known, as it would have taken more than is left, or failed.
  std::optional<Outcome> attempt(const Problem& problem);
  /// From now on only this many requests more.
  void limit(std::size_t requests) { budget_.limit(requests); }

 private:
  class Deadline;
  index::Catalog& catalog_;
  dist::Database& dists_;
  Budget& budget_;
  std::unique_ptr<Deadline> deadline_;
};

}  // namespace pipit::resolve
