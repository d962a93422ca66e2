// Forks are worked through one after the other, the parts of a split before those that wait
// already, so the order is that of a tree walked depth first, and always the same.
//
// A fork without a solution is not the end. If it is part of another one, requirements may bind it
// that hold elsewhere only: it starts again with its own. If the proof rests on something that
// holds in some of its environments only, it is tried inside and outside of those. What is left
// then is a proof for every single environment of the fork.
#include "resolve/universal.h"

#include "base/text.h"
#include "resolve/conditions.h"
#include "resolve/uncovered.h"

namespace pipit::resolve {
namespace {

constexpr std::size_t kMaxForks = 2000;

}  // namespace

Result<Universal::Outcome> Universal::run(std::size_t max_steps) {
  const Policy& policy = provider_.problem().policy;
  const Scope whole = policy.scope();
  push_anew(split_by_needs(whole, root_needs(provider_, whole), policy));
  for (std::size_t forks = 0; !todo_.empty(); ++forks) {
    if (forks == kMaxForks)
      return fail(Code::no_solution, cat("no solution found within ", kMaxForks, " forks"));
    Fork fork = std::move(todo_.back());
    todo_.pop_back();
    PIPIT_TRY(go_on(fork, max_steps));
    if (restart_) return Outcome(Fork::Restart{});
    if (failed_) return Outcome(std::move(*failed_));
  }
  return Outcome(std::move(answers_));
}

Result<void> Universal::go_on(Fork& fork, std::size_t max_steps) {
  PIPIT_TRY(Fork::Outcome outcome, fork.run(max_steps));
  if (const Parts* parts = std::get_if<Parts>(&outcome)) {
    for (auto part = parts->rbegin(); part != parts->rend(); ++part)
      todo_.push_back(fork.part(*part));
    return {};
  }
  restart_ = std::holds_alternative<Fork::Restart>(outcome);
  if (restart_) return {};
  counts_.decisions += fork.counts().decisions;
  counts_.conflicts += fork.counts().conflicts;
  if (auto* conflict = std::get_if<solve::Conflict>(&outcome)) {
    try_anew(fork, *conflict);
    return {};
  }
  auto& solved = std::get<solve::Solved>(outcome);
  for (const solve::Decision& decision : solved.decisions)
    if (!decision.package.is_virtual())
      provider_.preferences().add(decision.package.name, decision.version);
  return take_answer({fork.scope(), std::move(solved)});
}

/// The environments that the answer does not cover become forks of their own.
Result<void> Universal::take_answer(ForkAnswer answer) {
  for (;;) {
    PIPIT_TRY(const std::optional<pep::MarkerSet> without, uncovered(provider_, answer));
    if (!without) break;
    todo_.emplace_back(provider_, Scope(*without));
    pep::MarkerSet rest = answer.scope.environments() - *without;
    if (rest.is_none()) return {};
    answer.scope = Scope(std::move(rest));
  }
  answers_.push_back(std::move(answer));
  return {};
}

void Universal::try_anew(const Fork& fork, solve::Conflict& conflict) {
  if (fork.is_part()) {
    todo_.emplace_back(provider_, fork.scope());
    return;
  }
  if (const auto condition = condition_of(provider_, fork.scope(), conflict.why))
    push_anew(split_by_set(fork.scope(), *condition, provider_.problem().policy));
  else
    failed_ = ForkConflict{fork.scope(), std::move(conflict)};
}

void Universal::push_anew(const Parts& parts) {
  for (auto part = parts.rbegin(); part != parts.rend(); ++part)
    todo_.emplace_back(provider_, Scope(*part));
}

}  // namespace pipit::resolve
