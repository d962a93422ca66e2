#include "resolve/resolver.h"

#include "base/text.h"
#include "resolve/advice.h"
#include "resolve/aged.h"
#include "resolve/collect.h"
#include "resolve/fork.h"
#include "resolve/merge.h"
#include "resolve/universal.h"

namespace pipit::resolve {
namespace {

/// How long a user who waits for an error waits for its hint at most.
constexpr std::chrono::milliseconds kTrialTime{3000};

/// One resolution, with all it stands on.
class Run {
 public:
  Run(const Request& request, index::Catalog& catalog, dist::Database& dists, base::Events& events,
      std::stop_token stop)
      : request_(request),
        catalog_(catalog),
        dists_(dists),
        stop_(stop),
        sources_(request, catalog, dists, events, budget_, std::move(stop)) {}

  Result<Resolution> solve() {
    if (request_.prefetch && !request_.no_deps) sources_.send_scout();
    return request_.policy.target ? for_target() : for_all();
  }

 private:
  Result<Resolution> for_target() {
    Fork fork(sources_, request_.policy.scope());
    PIPIT_TRY(Fork::Outcome outcome, fork.run());
    if (const auto* conflict = std::get_if<solve::Conflict>(&outcome))
      return fail(explained(conflict->why, fork.scope()));
    Resolution out;
    PIPIT_TRY(out.chosen, collect(sources_, std::get<solve::Solved>(outcome), fork.scope()));
    for (const Chosen& chosen : out.chosen)
      if (fork.has_given_up(chosen.name))
        if (const std::string warning = aged_warning(chosen); !warning.empty())
          sources_.warn(warning);
    out.steps = fork.counts().decisions;
    out.conflicts = fork.counts().conflicts;
    return out;
  }

  Result<Resolution> for_all() {
    Universal universal(sources_);
    PIPIT_TRY(Universal::Outcome outcome, universal.run());
    if (const auto* failed = std::get_if<ForkConflict>(&outcome))
      return fail(explained(failed->conflict.why, failed->scope));
    const auto& answers = std::get<std::vector<ForkAnswer>>(outcome);
    Resolution out;
    PIPIT_TRY(out.chosen, merge(sources_, answers));
    out.steps = universal.counts().decisions;
    out.conflicts = universal.counts().conflicts;
    out.forks = answers.size();
    return out;
  }

  Error explained(const solve::Derivation& proof, const Scope& scope) {
    sources_.scout().stop();
    Trials trials(catalog_, dists_, budget_, stop_, kTrialTime);
    return advise(request_, scope, proof, trials);
  }

  const Request& request_;
  index::Catalog& catalog_;
  dist::Database& dists_;
  const std::stop_token stop_;
  Budget budget_;
  Sources sources_;
};

}  // namespace

void heed(const Wanted& wanted, Policy& policy) {
  const std::string& name = wanted.requirement.name;
  for (const pep::Specifier& clause : wanted.requirement.specifier.clauses())
    if ((clause.op == pep::Operator::equal || clause.op == pep::Operator::arbitrary) &&
        !clause.wildcard && clause.version)
      policy.pinned[name].insert(clause.version->str());
  if (wanted.direct) {
    for (const index::Release& release : wanted.direct->releases)
      policy.pinned[name].insert(release.version.str());
    policy.exclude_newer.by_project[name] = std::nullopt;  // this very file is asked for
  }
  if (wanted.requirement.specifier.mentions_prerelease()) policy.named_prerelease.insert(name);
  for (const base::HashSpec& hash : wanted.hashes)
    if (hash.algorithm == "sha256") policy.sha256[name].insert(hash.hex);
}

Result<Resolution> solve(const Request& request, index::Catalog& catalog, dist::Database& dists,
                         base::Events& events, std::stop_token stop) {
  auto span = events.span(base::Lane::solve, "solve");
  auto answer = Run(request, catalog, dists, events, std::move(stop)).solve();
  span.set_outcome(answer ? cat(answer->chosen.size(), " packages, ", answer->conflicts,
                                " conflicts, ", answer->forks, " forks")
                          : "error");
  return answer;
}

}  // namespace pipit::resolve
