// One resolution from start to end. It runs in rounds: when metadata names a URL for a project
// whose releases were offered to the solver already, the next round begins with the URL known.
#include "resolve/resolver.h"

#include "base/hash_spec.h"
#include "base/text.h"
#include "resolve/collect.h"
#include "resolve/fork.h"
#include "resolve/hints.h"
#include "resolve/merge.h"
#include "resolve/passed_over.h"
#include "resolve/stale_answer.h"
#include "resolve/universal.h"

namespace pipit::resolve {
namespace {

/// How long an error waits for its hint at most.
constexpr std::chrono::milliseconds kWhatIfTime{3000};
constexpr std::size_t kMaxRounds = 200;

/// One resolution, with everything it uses.
class Run {
 public:
  Run(const Problem& problem, index::Catalog& catalog, distribution::Database& dists,
      base::Events& events, std::stop_token stop)
      : problem_(problem),
        catalog_(catalog),
        dists_(dists),
        stop_(stop),
        provider_(problem, catalog, dists, events, budget_, std::move(stop)) {}

  Result<Resolution> solve() {
    if (problem_.prefetch && !problem_.no_deps) provider_.send_scout();
    if (problem_.prefetch && problem_.no_deps) provider_.tell_pinned();
    return problem_.policy.target ? for_target() : for_all();
  }

 private:
  /// Each round but the last learns one more URL.
  Result<Resolution> for_target() {
    for (std::size_t round = 0; round < kMaxRounds; ++round) {
      Fork fork(provider_, problem_.policy.scope());
      PIPIT_TRY(Fork::Outcome outcome, fork.run());
      if (const auto* conflict = std::get_if<solve::Conflict>(&outcome))
        return fail(explained(conflict->why, fork.scope()));
      const auto* solved = std::get_if<solve::Solved>(&outcome);
      if (!solved) continue;
      PIPIT_TRY(const bool sound, all_url_versions_are_named(*solved, fork.scope()));
      if (!sound) continue;
      Resolution out;
      PIPIT_TRY(out.chosen, collect(provider_, *solved, fork.scope()));
      warn_of_stale_answers(fork, out);
      tell_passed_over(out, fork.scope());
      out.steps = fork.counts().decisions;
      out.conflicts = fork.counts().conflicts;
      return out;
    }
    return fail(too_many_rounds());
  }

  void warn_of_stale_answers(Fork& fork, const Resolution& answer) {
    for (const Chosen& chosen : answer.chosen)
      if (fork.has_given_up(chosen.name))
        if (const std::string warning = stale_answer_warning(chosen, problem_.compile_command);
            !warning.empty())
          provider_.warn(warning);
  }

  /// What was taken is often no surprise; what was not, is.
  void tell_passed_over(const Resolution& answer, const Scope& scope) {
    if (!provider_.events().wants_detail()) return;
    for (const Chosen& chosen : answer.chosen) {
      if (chosen.direct || !chosen.page) continue;
      const auto candidates = provider_.candidates_of(chosen.name, scope);
      if (!candidates) continue;
      const std::string others = passed_over(**candidates, chosen.version);
      if (!others.empty())
        provider_.events().detail(
            cat(chosen.name, " ", chosen.version.str(), ": passed over: ", others));
    }
  }

  Result<Resolution> for_all() {
    for (std::size_t round = 0; round < kMaxRounds; ++round) {
      provider_.preferences().forget();
      Universal universal(provider_);
      PIPIT_TRY(Universal::Outcome outcome, universal.run());
      if (const auto* failed = std::get_if<ForkConflict>(&outcome))
        return fail(explained(failed->conflict.why, failed->scope));
      const auto* answers = std::get_if<std::vector<ForkAnswer>>(&outcome);
      if (!answers) continue;
      bool sound = true;
      for (const ForkAnswer& answer : *answers) {
        PIPIT_TRY(const bool named, all_url_versions_are_named(answer.solved, answer.scope));
        sound = sound && named;
      }
      if (!sound) continue;
      Resolution out;
      PIPIT_TRY(out.chosen, merge(provider_, *answers));
      out.steps = universal.counts().decisions;
      out.conflicts = universal.counts().conflicts;
      out.forks = answers->size();
      return out;
    }
    return fail(too_many_rounds());
  }

  /// A URL version may have been taken because no version of the index fits, although nothing
  /// chosen names the URL. That is not an answer: the next round does without it.
  Result<bool> all_url_versions_are_named(const solve::Solved& solved, const Scope& scope) {
    std::set<const UrlVersion*> named;
    for (const solve::Decision& decision : solved.decisions) {
      PIPIT_TRY(const pep::MetadataPtr metadata, metadata_of(decision, scope));
      if (!metadata) continue;
      for (const Need& need : provider_.needs_of(*metadata, decision.package.extra, scope)) {
        if (!need.requirement->url || need.wanted) continue;
        if (provider_.direct_requirement(need.requirement->name, scope)) continue;
        PIPIT_TRY(const UrlVersion* reference, provider_.url_version_of(*need.requirement));
        named.insert(reference);
      }
    }
    for (const solve::Decision& decision : solved.decisions) {
      UrlVersion* taken = provider_.url_versions().as(decision.package.name, decision.version);
      if (!taken || named.contains(taken)) continue;
      if (!taken->fills_in)
        return fail(Code::no_solution, cat(decision.package.name, ": no version fits but that of ",
                                           distribution::shown_source(taken->source),
                                           ", which nothing chosen asks for"));
      taken->fills_in = false;
      return false;
    }
    return true;
  }

  /// Null where no metadata was needed.
  Result<pep::MetadataPtr> metadata_of(const solve::Decision& decision, const Scope& scope) {
    const std::string& name = decision.package.name;
    if (problem_.no_deps || !provider_.url_versions().any()) return pep::MetadataPtr();
    if (const Present* present = provider_.present_as(name, decision.version, scope))
      return present->metadata();
    PIPIT_TRY(const ReleaseRef release, provider_.release_of(name, decision.version, scope));
    if (!release.at) return pep::MetadataPtr();
    return provider_.metadata_of(release.candidates->judge(*release.at));
  }

  static Error too_many_rounds() {
    return Error{Code::no_solution, cat("no solution found: more than ", kMaxRounds,
                                        " direct URLs that packages name")};
  }

  Error explained(const solve::Derivation& proof, const Scope& scope) {
    provider_.scout().stop();
    WhatIf what_if(catalog_, dists_, budget_, stop_, kWhatIfTime);
    Error error = explained_conflict(problem_, scope, proof, catalog_, what_if);
    error.message = provider_.url_versions().shown(std::move(error.message));
    for (std::string& hint : error.hints) hint = provider_.url_versions().shown(std::move(hint));
    return error;
  }

  const Problem& problem_;
  index::Catalog& catalog_;
  distribution::Database& dists_;
  const std::stop_token stop_;
  Budget budget_;
  Provider provider_;
};

}  // namespace

Result<Resolution> solve(const Problem& problem, index::Catalog& catalog,
                         distribution::Database& dists, base::Events& events,
                         std::stop_token stop) {
  auto span = events.span(base::Lane::solve, "solve");
  auto answer = Run(problem, catalog, dists, events, std::move(stop)).solve();
  span.set_outcome(answer ? cat(answer->chosen.size(), " packages, ", answer->conflicts,
                                " conflicts, ", answer->forks, " forks")
                          : "error");
  return answer;
}

}  // namespace pipit::resolve
