// What if: would a problem that differs a little from the one that failed have a solution?
#pragma once
#include <chrono>
#include <memory>
#include <optional>
#include <stop_token>
#include <variant>

#include "resolve/budget.h"
#include "resolve/fork.h"

namespace pipit::resolve {

/// Tries problems. All attempts together are bounded: by time, by requests beyond what was fetched
/// before, by steps. They show nothing to the user.
class WhatIf {
 public:
  /// The arguments outlive it. `budget`: of the resolution that came before.
  WhatIf(index::Catalog& catalog, distribution::Database& dists, Budget& budget,
         std::stop_token stop, std::chrono::milliseconds time);
  ~WhatIf();

  /// For a universal problem the first fork's answer, or the conflict of some environments.
  using Outcome = std::variant<solve::Solved, solve::Conflict>;
  /// nullopt: not known, because it failed or would have taken more than is left.
  std::optional<Outcome> attempt(const Problem& problem);
  /// From now on only this many more requests.
  void limit(std::size_t requests) { budget_.limit(requests); }

 private:
  class Deadline;
  index::Catalog& catalog_;
  distribution::Database& dists_;
  Budget& budget_;
  std::unique_ptr<Deadline> deadline_;
};

}  // namespace pipit::resolve
