// What-if resolutions run without prefetch and without events, in the time that is left, and share
// the budget of the resolution that failed.
#include "resolve/what_if.h"

#include <thread>

#include "base/stop.h"
#include "base/thread.h"
#include "resolve/universal.h"

namespace pipit::resolve {
namespace {

constexpr std::size_t kMaxWhatIfSteps = 20'000;
constexpr std::size_t kMaxWhatIfRounds = 20;

}  // namespace

/// Stops when the time is over, or when the outer token does.
class WhatIf::Deadline {
 public:
  Deadline(std::stop_token outer, std::chrono::milliseconds time)
      : forward_(std::move(outer), [this] { source_.request_stop(); }) {
    if (!base::start_thread(thread_, [this, time](std::stop_token stop) {
          base::pause(time, stop);
          source_.request_stop();
        }))
      source_.request_stop();  // without a thread there is no time limit: nothing is tried
  }
  std::stop_token token() const { return source_.get_token(); }

 private:
  std::stop_source source_;
  std::stop_callback<std::function<void()>> forward_;
  std::jthread thread_;  // stopped and joined first
};

WhatIf::WhatIf(index::Catalog& catalog, distribution::Database& dists, Budget& budget,
               std::stop_token stop, std::chrono::milliseconds time)
    : catalog_(catalog),
      dists_(dists),
      budget_(budget),
      deadline_(std::make_unique<Deadline>(std::move(stop), time)) {}

WhatIf::~WhatIf() = default;

std::optional<WhatIf::Outcome> WhatIf::attempt(const Problem& problem) {
  if (deadline_->token().stop_requested()) return std::nullopt;
  Problem quiet = problem;
  quiet.likely = nullptr;
  quiet.prefetch = false;  // its requests would not be counted
  base::NoEvents nobody;
  Provider provider(quiet, catalog_, dists_, nobody, budget_, deadline_->token());
  for (std::size_t round = 0; round < kMaxWhatIfRounds; ++round) {
    if (!quiet.policy.target) {
      auto all = Universal(provider).run(kMaxWhatIfSteps);
      if (!all) return std::nullopt;
      if (auto* failed = std::get_if<ForkConflict>(&*all)) return std::move(failed->conflict);
      if (auto* answers = std::get_if<std::vector<ForkAnswer>>(&*all))
        return std::move(answers->front().solved);
      continue;
    }
    auto outcome = Fork(provider, quiet.policy.scope()).run(kMaxWhatIfSteps);
    if (!outcome) return std::nullopt;
    if (auto* conflict = std::get_if<solve::Conflict>(&*outcome)) return std::move(*conflict);
    if (auto* solved = std::get_if<solve::Solved>(&*outcome)) return std::move(*solved);
  }
  return std::nullopt;
}

}  // namespace pipit::resolve
