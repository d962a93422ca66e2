// The driver: it answers the solver's questions (which version, and what does it need) with what
// the provider knows.
//
// Pre-releases (if-necessary): within the range that the solver asks about, the best final release
// is taken; a pre-release only when no final release in that range can be used. The range is what
// all requirements so far, and everything learned from rejected releases, leave. Final releases
// that were tried in vain are outside of it, so the rule also covers what dependencies of
// dependencies forbid. A requirement that names a pre-release only lets it into the range.
//
// The rule is about one project at a time. An older release of another project is not preferred in
// order to get a final one here: when the newest a needs c>=2b1, that pre-release is right, as with
// an older a the user would lose more. Which questions come first depends only on the order of
// decisions (solve/priority), never on the order of lines or responses.
//
// In a universal resolution an answer holds for all environments of the fork. Where it would not,
// the fork is split while the question is still open, and each part answers it for its own
// environments.
#include "resolve/fork.h"

#include <algorithm>

#include "base/redact.h"
#include "base/text.h"
#include "resolve/reasons.h"
#include "resolve/uncovered.h"

namespace pipit::resolve {
namespace {

/// Errors that mean "this version cannot be used" rather than "this run cannot continue". They are
/// about bytes that have the hash their page promises; what else a server sends (Code::unchecked,
/// Code::hash_mismatch) never leads to an older version, nor does a failed build.
bool is_about_one_version(Code code) {
  return code == Code::unsupported || code == Code::bad_metadata || code == Code::bad_wheel ||
         code == Code::bad_archive;
}

constexpr std::size_t kMaxRequirers = 8;
constexpr std::size_t kMaxFailedBuilds = 3;

/// `a>=1` is one dependency, `a[x,y]>=1` is one for each extra.
void append_dependencies(const pep::Requirement& requirement, const std::string& origin,
                         bool direct, const solve::Range& range,
                         std::vector<solve::Dependency>& out) {
  const std::string text = requirement_text(requirement);
  if (requirement.extras.empty())
    out.push_back({{requirement.name, ""}, range, text, origin, direct});
  for (const std::string& extra : requirement.extras)
    out.push_back({{requirement.name, extra}, range, text, origin, direct});
}

/// Whether `rest` has none of the scope's oldest Pythons.
bool is_newer_pythons(const pep::MarkerSet& rest, const Scope& scope) {
  const auto oldest = rest.python_hull().lowest;
  return oldest && *oldest > scope.environments().python_hull().lowest.value_or(pep::Version());
}

/// Where the user wrote what replaces or binds a package's requirement; "" when it is the package's
/// own.
std::string origin_in_package(const Need& need) {
  if (!need.wanted) return "";
  return cat(need.is_constraint ? "constraint" : "override",
             need.wanted->origin.empty() ? "" : ", ", need.wanted->origin);
}

/// What a path or URL names has only one version.
solve::Range wanted_range(Provider& provider, const UserRequirement& wanted, const Scope& scope) {
  return wanted.source ? solve::Range::full() : provider.range_of(wanted.requirement, scope);
}

std::vector<solve::Dependency> root_dependencies(Provider& provider, const Scope& scope) {
  std::vector<solve::Dependency> out;
  for (const Need& need : root_needs(provider, scope)) {
    const bool direct = need.wanted->source && !need.is_constraint;
    append_dependencies(*need.requirement, need.wanted->origin, direct,
                        wanted_range(provider, *need.wanted, scope), out);
  }
  return out;
}

/// The constraints that bind wherever their project is needed. In a universal resolution the solver
/// hears of the others together with what they bind.
std::vector<solve::Dependency> constraint_dependencies(Provider& provider, const Scope& scope) {
  std::vector<solve::Dependency> out;
  for (const UserRequirement& wanted : provider.problem().constraints)
    if (scope.is_universal() ? wanted.requirement.marker.is_true()
                             : provider.holds(wanted.requirement, scope))
      append_dependencies(wanted.requirement, wanted.origin, false,
                          wanted_range(provider, wanted, scope), out);
  return out;
}

}  // namespace

std::string requirement_text(const pep::Requirement& requirement) {
  pep::Requirement bare = requirement;
  bare.marker = pep::Marker();
  return bare.str();
}

std::vector<Need> root_needs(Provider& provider, const Scope& scope) {
  std::vector<Need> needs = provider.roots(scope);
  if (!scope.is_universal()) return needs;
  for (Need& need : provider.conditional_constraints(needs, scope))
    needs.push_back(std::move(need));
  return needs;
}

Fork::Fork(Provider& provider, Scope scope)
    : provider_(&provider),
      scope_(std::move(scope)),
      solver_(root_dependencies(provider, scope_), constraint_dependencies(provider, scope_)) {}

Fork Fork::part(pep::MarkerSet environments) const {
  Fork copy = *this;
  copy.scope_ = Scope(std::move(environments));
  copy.parts_.clear();
  copy.is_part_ = true;
  return copy;
}

Result<Fork::Outcome> Fork::run(std::size_t max_steps) {
  for (std::size_t steps = 0; steps < max_steps; ++steps) {
    if (provider_->is_stopped()) return fail_cancelled();
    solve::Step step = solver_.step();
    if (const auto* need = std::get_if<solve::NeedCandidate>(&step)) {
      PIPIT_TRY(answer_candidate(*need));
    } else if (const auto* needs = std::get_if<solve::NeedDependencies>(&step)) {
      PIPIT_TRY(answer_dependencies(*needs));
    } else if (auto* solved = std::get_if<solve::Solved>(&step)) {
      if (!failed_builds_.empty()) return fail(failed_builds_.front());
      return Outcome(std::move(*solved));
    } else {
      for (const Error& error : failed_builds_) provider_->warn(error.message);
      return Outcome(std::move(std::get<solve::Conflict>(step)));
    }
    if (restart_) return Outcome(Restart{});
    if (!parts_.empty()) return Outcome(parts_);
  }
  return fail(Code::no_solution, cat("no solution found within ", max_steps, " steps"));
}

Result<void> Fork::answer_candidate(const solve::NeedCandidate& need) {
  const Problem& problem = provider_->problem();
  const std::string name = solver_.package(need.package).name;
  if (const auto present = problem.present.find(name);
      present != problem.present.end() && need.range.contains(present->second.version()) &&
      provider_->present_as(name, present->second.version(), scope_)) {
    // set_versions() is only for packages that were never decided on.
    versions_given_.emplace(need.package, provider_->url_versions().of(name).size());
    return solver_.decide(need.package, present->second.version());
  }
  if (const UrlVersion* only = provider_->url_versions().only_one_in(name, need.range)) {
    versions_given_.emplace(need.package, provider_->url_versions().of(name).size());
    return solver_.decide(need.package, only->stand_in);
  }
  PIPIT_TRY(Candidates * candidates, provider_->candidates_of(name, scope_));
  const index::Page& page = candidates->page();
  if (!page.found)
    return take_missing(need,
                        reason(Unusable::not_found, provider_->searched().where_in_vain(name)));
  if (page.releases.empty())
    return take_missing(
        need, reason(Unusable::empty_page, page.place.empty() ? page.index_url : page.place));
  give_versions(need.package, *candidates);
  if (const auto version = preferred(need, *candidates))
    return solver_.decide(need.package, *version);
  if (!parts_.empty()) return {};
  return choose(need, *candidates);
}

/// No index has the project, or any file of it, but perhaps some package names a URL.
Result<void> Fork::take_missing(const solve::NeedCandidate& need, solve::Reason why) {
  const std::string name = solver_.package(need.package).name;
  const UrlVersions& references = provider_->url_versions();
  versions_given_.emplace(need.package, references.of(name).size());
  if (const UrlVersion* other = references.filling_in(name, need.range))
    return solver_.decide(need.package, other->stand_in);
  solve::Range nowhere = solve::Range::full();
  for (const auto& one : references.of(name))
    nowhere = nowhere - solve::Range::exactly(one->stand_in);
  return solver_.no_candidate(need.package, nowhere | need.range, std::move(why));
}

/// Whether a release suits all environments of this fork. One that suits only some of them splits
/// the fork, if newer Pythons should get newer releases.
Fork::Fit Fork::fit(const pep::MarkerSet& python) {
  if (!scope_.is_universal()) return Fit::whole;
  const Overlap found = overlap(scope_.environments(), python);
  if (found == Overlap::whole) return Fit::whole;
  const Policy& policy = provider_->problem().policy;
  if (found == Overlap::none || policy.fork_strategy == ForkStrategy::fewest) return Fit::none;
  parts_ = split_by_set(scope_, python, policy);
  return Fit::split;
}

std::optional<solve::Reason> Fork::why_uncovered(const Judged& judged) const {
  if (!scope_.is_universal()) return std::nullopt;
  return resolve::why_uncovered(provider_->problem().policy, scope_, judged);
}

/// The same release without its local part, if that is better in all environments of this fork.
std::optional<std::size_t> Fork::in_place_of_local(const solve::Range& range,
                                                   Candidates& candidates, std::size_t at) const {
  const pep::Version& version = candidates.page().releases.version(at);
  if (!scope_.is_universal() || !version.has_local()) return std::nullopt;
  const pep::MarkerSet better = better_without_local(candidates, at, scope_);
  const auto base = candidates.find(version.public_version());
  const bool is_better = base && scope_.environments().is_subset_of(better);
  return is_better && range.contains(version.public_version()) ? base : std::nullopt;
}

std::optional<pep::Version> Fork::preferred(const solve::NeedCandidate& need,
                                            Candidates& candidates) {
  const std::string& name = candidates.page().project;
  for (const pep::Version& version : provider_->preferences().of(name, scope_, provider_->memo())) {
    const auto at = need.range.contains(version) ? candidates.find(version) : std::nullopt;
    if (!at || !candidates.judge(*at).file || why_uncovered(candidates.judge(*at)) ||
        in_place_of_local(need.range, candidates, *at))
      continue;
    const Fit how = fit(candidates.judge(*at).python);
    if (how == Fit::whole) return candidates.page().releases.version(*at);
    if (how == Fit::split) break;
  }
  return std::nullopt;
}

bool Fork::names_prerelease(const Candidates& candidates) const {
  return named_prerelease_.contains(candidates.page().project);
}

/// The yanked release that some package pins, when nothing else is left of the range (pip's rule,
/// after PEP 592).
std::optional<std::size_t> Fork::pinned_yanked(const solve::NeedCandidate& need,
                                               Candidates& candidates) const {
  const auto pins = pins_.find(candidates.page().project);
  if (pins == pins_.end()) return std::nullopt;
  for (std::size_t at = 0; at < candidates.size(); ++at) {
    const pep::Version& version = candidates.page().releases.version(at);
    const bool is_pinned = std::ranges::any_of(pins->second, [&](const auto& pin) {
      return pin.second.contains(version) &&
             (need.range - solve::Range::from_specifier(pin.second)).is_empty();
    });
    if (is_pinned && need.range.contains(version) && candidates.admit_yanked(at)) return at;
  }
  return std::nullopt;
}

/// If the user names the project in some of this fork's environments only, the lowest version is
/// right in those and the highest in the others (lowest-direct). Unless both are the same version,
/// the fork is split: nullopt. Newer Pythons make no fork of their own, they reuse what older ones
/// get, as in uv.
std::optional<Order> Fork::order_of(const Candidates::Allowed& allowed, Candidates& candidates) {
  const Policy& policy = provider_->problem().policy;
  const pep::MarkerSet lowest =
      policy.lowest_where(candidates.page().project, scope_, provider_->memo());
  if (lowest.is_none()) return Order::highest_first;
  if (!scope_.is_universal()) return Order::lowest_first;
  const Overlap found = overlap(scope_.environments(), lowest);
  if (found == Overlap::whole) return Order::lowest_first;
  if (found == Overlap::none) return Order::highest_first;
  if (is_newer_pythons(scope_.environments() - lowest, scope_)) return Order::lowest_first;
  const bool named = names_prerelease(candidates);
  if (candidates.best(allowed, Order::lowest_first, named) ==
      candidates.best(allowed, Order::highest_first, named))
    return Order::highest_first;
  parts_ = split_by_set(scope_, lowest, policy);
  return std::nullopt;
}

Result<void> Fork::choose(solve::NeedCandidate need, Candidates& candidates) {
  const auto allowed = [&](const pep::Version& version) { return need.range.contains(version); };
  const bool named = names_prerelease(candidates);
  while (true) {
    const std::optional<Order> order = order_of(allowed, candidates);
    if (!order) return {};
    auto at = candidates.best(allowed, *order, named);
    if (!at) at = pinned_yanked(need, candidates);
    if (!at) break;
    if (const auto other = in_place_of_local(need.range, candidates, *at)) at = other;
    const pep::Version& version = candidates.page().releases.version(*at);
    const Judged& judged = candidates.judge(*at);
    std::optional<solve::Reason> refused = why_uncovered(judged);
    const Fit how = refused ? Fit::none : fit(judged.python);
    if (how == Fit::split) return {};
    if (how == Fit::whole) {
      if (provider_->problem().prefetch) ask_ahead(need, candidates, *at, *order);
      return solver_.decide(need.package, version);
    }
    if (!refused) refused = reason(Unusable::requires_python, judged.file->requires_python);
    const auto point = solve::Range::exactly(version);
    solver_.reject(need.package, point, std::move(*refused));
    need.range = need.range - point;
  }
  const std::string& name = candidates.page().project;
  if (const UrlVersion* other = provider_->url_versions().filling_in(name, need.range))
    return solver_.decide(need.package, other->stand_in);
  tell_why_none(need.package, candidates, need.range);
  return solver_.no_candidate(need.package, need.range);
}

/// The solver will ask again about a package that keeps being rejected: the metadata of its next
/// candidates is fetched in batches instead of one round trip each.
void Fork::ask_ahead(const solve::NeedCandidate& need, Candidates& candidates, std::size_t at,
                     Order order) {
  const std::string& name = candidates.page().project;
  const std::size_t count = provider_->scout().batch_size(name, solver_.rejected(need.package));
  if (count == 0) return;
  // Not the range of the question, which may be one release that another package's choice pins:
  // when that choice falls, the next one pins the next release.
  const solve::Range lasting = solver_.lasting_range(need.package);
  const auto allowed = [&](const pep::Version& version) { return lasting.contains(version); };
  for (const std::size_t next : candidates.following(at, allowed, order, count))
    provider_->scout().ask(name, candidates.judge(next).metadata_file);
}

void Fork::give_versions(solve::PackageId id, const Candidates& candidates) {
  const auto references = provider_->url_versions().of(candidates.page().project);
  if (!versions_given_.emplace(id, references.size()).second) return;
  const index::Releases& releases = candidates.page().releases;
  if (references.empty()) {
    // The page lists the newest first. Most of its versions are never looked at.
    const auto from_below = [](const void* from, std::size_t at) -> const pep::Version& {
      const auto& all = *static_cast<const index::Releases*>(from);
      return all.version(all.size() - 1 - at);
    };
    return solver_.set_versions(id, {&releases, releases.size(), from_below},
                                candidates.shared_page());
  }
  std::vector<pep::Version> versions;
  for (std::size_t at = releases.size(); at-- > 0;) versions.push_back(releases.version(at));
  for (const auto& one : references) versions.push_back(one->stand_in);
  std::sort(versions.begin(), versions.end());
  solver_.set_versions(id, std::move(versions));
}

/// Gives the solver the reason for each release in the range that was skipped; equal reasons are
/// joined.
void Fork::tell_why_none(solve::PackageId id, Candidates& candidates, const solve::Range& range) {
  for (std::size_t at = 0; at < candidates.size(); ++at) {
    const pep::Version& version = candidates.page().releases.version(at);
    if (!range.contains(version)) continue;
    const Judged& judged = candidates.judge(at);
    if (judged.reason != Unusable::none)
      solver_.reject(id, solve::Range::exactly(version), reason(judged.reason, judged.detail));
    else if (version.is_prerelease())
      solver_.reject(id, solve::Range::exactly(version), reason(Unusable::prerelease));
  }
}

Result<void> Fork::answer_dependencies(const solve::NeedDependencies& need) {
  const solve::Package package = solver_.package(need.package);
  const bool alone = provider_->problem().no_deps;
  if (const Present* present = provider_->present_as(package.name, need.version, scope_)) {
    const pep::MetadataPtr metadata = alone ? nullptr : present->metadata();
    if (!metadata) return solver_.dependencies(need.package, need.version, {});
    return give_dependencies(need, package, *metadata);
  }
  PIPIT_TRY(const ReleaseRef release, provider_->release_of(package.name, need.version, scope_));
  if (!release.at || !release.candidates->judge(*release.at).file)
    return solver_.unavailable(need.package, need.version, reason(Unusable::no_files));
  if (auto sound = index::check_hashes(*release.candidates->judge(*release.at).file); !sound)
    return with_reason(std::move(sound.error()), package.name);
  if (alone) {
    PIPIT_TRY(solver_.dependencies(need.package, need.version, {}));
    return tell_likely(package.name, need.version);
  }
  return answer_dependencies_of(need, release);
}

Result<void> Fork::answer_dependencies_of(const solve::NeedDependencies& need,
                                          const ReleaseRef& release) {
  const solve::Package package = solver_.package(need.package);
  // What is named by path or URL is judged here for the first time.
  if (const auto refused = why_uncovered(release.candidates->judge(*release.at)))
    return solver_.unavailable(need.package, need.version, *refused);
  auto metadata = provider_->metadata_of(release.candidates->judge(*release.at));
  if (!metadata) {
    if (is_about_one_version(metadata.error().code))
      return pass_over_version(need, std::move(metadata.error()));
    if (metadata.error().code == Code::build_failed && is_going_back(package.name))
      return put_off_failure(need, std::move(metadata.error()));
    return with_reason(std::move(metadata.error()), package.name);
  }
  const pep::Metadata& data = **metadata;
  const Fit how = scope_.is_universal() ? fit(provider_->memo().python_above(data.requires_python))
                  : runs_on(scope_.target(), data.requires_python) ? Fit::whole
                                                                   : Fit::none;
  if (how == Fit::split) return {};
  if (how == Fit::none)
    return solver_.unavailable(need.package, need.version,
                               reason(Unusable::requires_python, data.requires_python_text));
  return give_dependencies(need, package, data);
}

/// The solver has just taken this version.
Result<void> Fork::tell_likely(const std::string& project, const pep::Version& version) {
  if (!provider_->likely().is_told() || !provider_->problem().prefetch ||
      provider_->present_as(project, version, scope_))
    return {};
  PIPIT_TRY(const ReleaseRef release, provider_->release_of(project, version, scope_));
  if (release.at)
    provider_->likely().tell(project, version, release.candidates->judge(*release.at).file);
  return {};
}

Result<void> Fork::pass_over_version(const solve::NeedDependencies& need, Error error) {
  const std::string& name = solver_.package(need.package).name;
  // What is named by path or URL has no other version.
  if (provider_->direct_requirement(name, scope_) ||
      provider_->url_versions().as(name, need.version))
    return with_reason(std::move(error), name);
  provider_->warn(cat(name, " ", need.version.str(), ": passed over: ", error.message));
  return solver_.unavailable(need.package, need.version,
                             reason(Unusable::bad_distribution, error.message));
}

/// Whether releases of what requires the project, or of what requires that, were given up.
bool Fork::is_going_back(const std::string& project) {
  std::set<std::string> seen;
  for (std::string at = project; seen.size() < kMaxRequirers && seen.insert(at).second;) {
    const auto requirer = required_by_.find(at);
    if (requirer == required_by_.end()) return false;
    at = requirer->second.project;
    if (has_given_up(at)) return true;
  }
  return false;
}

/// Requirements that contradict each other lead to ever older releases, down to those that can no
/// longer be built. The message should then be about the contradiction. If there turns out to be
/// none, it is about the build: no older version is taken silently.
Result<void> Fork::put_off_failure(const solve::NeedDependencies& need, Error error) {
  const std::string name = solver_.package(need.package).name;
  error = with_reason(std::move(error), name).error();
  if (provider_->direct_requirement(name, scope_) || failed_builds_.size() >= kMaxFailedBuilds)
    return fail(failed_builds_.empty() ? std::move(error) : failed_builds_.front());
  failed_builds_.push_back(std::move(error));
  return solver_.unavailable(need.package, need.version, reason(Unusable::build_failed));
}

/// The error of a build says what failed; the hint says why that build was needed.
std::unexpected<Error> Fork::with_reason(Error error, const std::string& project) {
  if (error.code == Code::cancelled || error.code == Code::offline) return fail(std::move(error));
  std::string because;
  std::set<std::string> seen;
  for (std::string at = project; seen.size() < kMaxRequirers && seen.insert(at).second;) {
    std::string step = user_requirement_text(at);
    const auto requirer = required_by_.find(at);
    if (step.empty() && requirer != required_by_.end()) step = requirer->second.text;
    if (step.empty()) break;
    because = cat(step, because.empty() ? "" : ", ", because);
    if (requirer == required_by_.end()) break;
    at = requirer->second.project;
  }
  if (!because.empty()) error.with_hint(cat(project, " is needed because ", because));
  return fail(std::move(error));
}

void Fork::note_requirer(const solve::NeedDependencies& need, const pep::Requirement& requirement) {
  const std::string& requirer = solver_.package(need.package).name;
  if (requirement.name == requirer) return;
  if (requirement.specifier.mentions_prerelease()) named_prerelease_.insert(requirement.name);
  if (provider_->problem().policy.any_pin_takes_yanked)
    for (const pep::Specifier& clause : requirement.specifier.clauses())
      if (clause.is_pin()) pins_[requirement.name].try_emplace(clause.str(), clause);
  required_by_[requirement.name] = {requirer, cat(shown_version(requirer, need.version), " needs ",
                                                  requirement_text(requirement))};
}

/// "you need b>=2 (requirements.in:3)"; "" when the user did not name it.
std::string Fork::user_requirement_text(const std::string& project) {
  for (const Need& need : provider_->roots(scope_))
    if (need.requirement->name == project)
      return cat("you need ", requirement_text(*need.requirement),
                 need.wanted->origin.empty() ? "" : cat(" (", need.wanted->origin, ")"));
  return "";
}

Result<Fork::UrlRange> Fork::url_range(const solve::NeedDependencies& need,
                                       const pep::Requirement& requirement) {
  const std::string& name = requirement.name;
  const std::string shown = base::redact_text(requirement_text(requirement));
  const auto failed = [&](Error error) -> Result<UrlRange> {
    if (is_about_one_version(error.code))
      return reason(Unusable::url_requirement, cat(shown, " (", error.message, ")"));
    note_requirer(need, requirement);
    return with_reason(std::move(error), name);
  };
  if (const UserRequirement* wish = provider_->direct_requirement(name, scope_)) {
    auto same = provider_->is_what_user_requires(requirement, *wish);
    if (!same) return failed(std::move(same.error()));
    if (*same) return solve::Range::full();
    return reason(
        Unusable::url_requirement,
        cat(shown, ", but ", name, " must come from ", distribution::shown_source(*wish->source),
            wish->origin.empty() ? "" : cat(" (", wish->origin, ")")));
  }
  auto reference = provider_->url_version_of(requirement);
  if (!reference) return failed(std::move(reference.error()));
  const auto given = versions_given_.find(solver_.id_of({name, ""}));
  if (given != versions_given_.end() && given->second < provider_->url_versions().of(name).size())
    return Restart();
  return solve::Range::exactly((*reference)->stand_in);
}

Result<void> Fork::give_dependencies(const solve::NeedDependencies& need,
                                     const solve::Package& package, const pep::Metadata& data) {
  std::vector<Need> needs = provider_->needs_of(data, package.extra, scope_);
  if (scope_.is_universal()) {
    for (Need& constraint : provider_->conditional_constraints(needs, scope_))
      needs.push_back(std::move(constraint));
    parts_ = split_by_needs(scope_, needs, provider_->problem().policy);
    if (parts_.size() > 1) return {};
    parts_.clear();
  }
  if (package.is_virtual()) warn_unknown_extra(package, need.version, data);
  std::vector<solve::Dependency> out;
  for (const Need& one : needs) {
    const pep::Requirement& requirement = *one.requirement;
    const bool direct = requirement.url && !one.wanted;
    solve::Range range = solve::Range::full();
    if (direct) {
      PIPIT_TRY(UrlRange found, url_range(need, requirement));
      restart_ = std::holds_alternative<Restart>(found);
      if (restart_) return {};
      if (const auto* refused = std::get_if<solve::Reason>(&found))
        return solver_.unavailable(need.package, need.version, *refused);
      range = std::get<solve::Range>(std::move(found));
    } else if (!one.wanted || !one.wanted->source) {
      range = provider_->range_of(requirement, scope_);
    }
    append_dependencies(requirement, origin_in_package(one), direct, range, out);
    note_requirer(need, requirement);
    if (provider_->problem().prefetch) provider_->scout().look(requirement);
  }
  PIPIT_TRY(solver_.dependencies(need.package, need.version, out));
  if (solver_.refusal().empty()) return tell_likely(package.name, need.version);
  provider_->events().note(cat(shown_version(package.name, need.version), ": passed over: needs ",
                               solver_.refusal(), ", which does not fit what is chosen so far"));
  return {};
}

void Fork::warn_unknown_extra(const solve::Package& package, const pep::Version& version,
                              const pep::Metadata& data) {
  const auto& known = data.provides_extra;
  if (package.extra.empty() || std::find(known.begin(), known.end(), package.extra) != known.end())
    return;
  provider_->warn(
      cat(shown_version(package.name, version), ": has no extra named ", package.extra));
}

std::string Fork::shown_version(const std::string& project, const pep::Version& version) const {
  return provider_->url_versions().shown(cat(project, " ", version.str()));
}

}  // namespace pipit::resolve
