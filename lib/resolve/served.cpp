// Whether a package is needed in an environment is only known when the answer is. So a fork is
// solved first. Where its answer leaves served environments without a file, those become a fork of
// their own, in which a release without a file for any of them is passed over from the start.
//
// One wheel that fits some of the environments is enough: "linux" does not ask for every machine.
#include "resolve/served.h"

#include "base/text.h"
#include "resolve/collect.h"
#include "resolve/reach.h"

namespace pipit::resolve {
namespace {

bool has_file_in(const Judged& judged, const pep::MarkerSet& environments) {
  return !environments.is_disjoint_from(judged.reach);
}

}  // namespace

std::optional<std::string> why_unserved(const Policy& policy, const Scope& scope,
                                        const Judged& judged) {
  for (const Served& served : policy.served)
    if (scope.environments().is_subset_of(served.where) &&
        !has_file_in(judged, scope.environments()))
      return cat(kReachReason, " ", served.text);
  return std::nullopt;
}

Result<std::optional<pep::MarkerSet>> unserved(Sources& sources, const ForkAnswer& answer) {
  const Policy& policy = sources.request().policy;
  if (policy.served.empty()) return std::nullopt;
  Reach reach(sources, answer);
  std::map<std::string, const Judged*> judged;
  for (const solve::Decision& decision : answer.solved.decisions) {
    if (decision.package.is_virtual()) continue;
    const std::string& name = decision.package.name;
    PIPIT_TRY(const Chosen chosen, chosen_for(sources, decision, answer.scope));
    reach.set_metadata(name, chosen.metadata);
    if (sources.present_as(name, decision.version, answer.scope)) continue;
    PIPIT_TRY(const Spot spot, sources.spot_of(name, decision.version, answer.scope));
    if (spot.at) judged[name] = &spot.candidates->judge(*spot.at);
  }
  reach.run();
  for (const Served& served : policy.served) {
    const pep::MarkerSet here = answer.scope.environments() & served.where;
    for (const auto& [package, node] : reach.nodes()) {
      const auto known = judged.find(package.name);
      if (known == judged.end() || package.is_virtual() || node.where.is_disjoint_from(here))
        continue;
      if (!has_file_in(*known->second, here)) return here;
    }
  }
  return std::nullopt;
}

}  // namespace pipit::resolve
