// Whether a package is needed in an environment is only known when the answer is. So a fork is
// solved first. If its answer leaves required environments without a file, those become a fork of
// their own, in which a release without a file for any of them is passed over from the start.
//
// One wheel that fits some of the environments is enough: "linux" does not ask for every machine.
//
// Among local versions the newest is chosen, as among others, though "2.5+cpu" may have wheels for
// Linux and "2.5" those for macOS (PyTorch's indexes are like that). Where the one without the
// local part has the files it is preferred, but the other is not refused: the former may not fit.
#include "resolve/uncovered.h"

#include <array>

#include "base/text.h"
#include "resolve/collect.h"
#include "resolve/reachability.h"
#include "resolve/reasons.h"

namespace pipit::resolve {
namespace {

bool has_file_in(const Judged& judged, const pep::MarkerSet& environments) {
  return !environments.is_disjoint_from(judged.coverage);
}

const std::array<pep::MarkerSet, 3>& systems() {
  static const auto all = [] {
    std::array<pep::MarkerSet, 3> sets;
    constexpr std::array<std::string_view, 3> names{"darwin", "linux", "win32"};
    for (std::size_t i = 0; i < names.size(); ++i)
      if (const auto marker = pep::Marker::parse(cat("sys_platform == '", names[i], "'")))
        sets[i] = pep::MarkerSet::of(*marker);
    return sets;
  }();
  return all;
}

/// A decision about a project, and the release it is.
struct Taken {
  Candidates* candidates = nullptr;
  std::size_t at = 0;
};
using TakenByName = std::map<std::string, Taken>;

std::optional<pep::MarkerSet> without_file(const Policy& policy, const Scope& scope,
                                           const Reachability& reachability,
                                           const TakenByName& taken) {
  for (const RequiredEnvironment& required : policy.required_environments) {
    const pep::MarkerSet here = scope.environments() & required.where;
    for (const auto& [package, node] : reachability.nodes()) {
      const auto known = taken.find(package.name);
      if (known == taken.end() || package.is_virtual() || node.where.is_disjoint_from(here))
        continue;
      const auto& [candidates, at] = known->second;
      if (!has_file_in(candidates->judge(at), here)) return here;
    }
  }
  return std::nullopt;
}

std::optional<pep::MarkerSet> with_local(const Scope& scope, const Reachability& reachability,
                                         const TakenByName& taken) {
  for (const auto& [package, node] : reachability.nodes()) {
    const auto known = taken.find(package.name);
    if (known == taken.end() || package.is_virtual()) continue;
    pep::MarkerSet better =
        better_without_local(*known->second.candidates, known->second.at, scope);
    if (better.is_disjoint_from(node.where) || scope.environments().is_subset_of(better)) continue;
    return better;
  }
  return std::nullopt;
}

}  // namespace

std::optional<solve::Reason> why_uncovered(const Policy& policy, const Scope& scope,
                                           const Judged& judged) {
  for (const RequiredEnvironment& required : policy.required_environments)
    if (scope.environments().is_subset_of(required.where) &&
        !has_file_in(judged, scope.environments()))
      return reason(Unusable::no_wheel_where_required, required.text);
  return std::nullopt;
}

pep::MarkerSet better_without_local(Candidates& candidates, std::size_t at, const Scope& scope) {
  const pep::Version& version = candidates.page().releases.version(at);
  const auto base = version.has_local() ? candidates.find(version.public_version()) : std::nullopt;
  if (!base || !candidates.judge(*base).file) return pep::MarkerSet::none();
  const pep::MarkerSet mine = candidates.judge(at).coverage,
                       other = candidates.judge(*base).coverage;
  pep::MarkerSet better;
  for (const pep::MarkerSet& system : systems()) {
    const pep::MarkerSet here = scope.environments() & system;
    if (here.is_disjoint_from(other)) continue;
    better = better | (here.is_disjoint_from(mine) ? here : (here & other) - mine);
  }
  return better;
}

Result<std::optional<pep::MarkerSet>> uncovered(Provider& provider, const ForkAnswer& answer) {
  const Policy& policy = provider.problem().policy;
  Reachability reachability(provider, answer);
  TakenByName taken;
  bool any_local = false;
  for (const solve::Decision& decision : answer.solved.decisions) {
    const std::string& name = decision.package.name;
    if (decision.package.is_virtual() || provider.present_as(name, decision.version, answer.scope))
      continue;
    PIPIT_TRY(const ReleaseRef release, provider.release_of(name, decision.version, answer.scope));
    if (release.at) taken[name] = {release.candidates, *release.at};
    any_local = any_local || decision.version.has_local();
  }
  if (policy.required_environments.empty() && !any_local) return std::nullopt;
  for (const solve::Decision& decision : answer.solved.decisions) {
    if (decision.package.is_virtual()) continue;
    PIPIT_TRY(const Chosen chosen, chosen_for(provider, decision, answer.scope));
    reachability.set_metadata(chosen.name, chosen.metadata);
  }
  reachability.run();
  if (auto here = without_file(policy, answer.scope, reachability, taken)) return here;
  return with_local(answer.scope, reachability, taken);
}

}  // namespace pipit::resolve
