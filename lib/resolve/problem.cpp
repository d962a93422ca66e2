// What a requirement of the user's says besides the versions it allows.
#include "resolve/problem.h"

#include "pep/specifier.h"

namespace pipit::resolve {

bool applies(const UserRequirement& wanted, const Policy& policy) {
  if (policy.excluded.contains(wanted.requirement.name)) return false;
  const pep::Marker& marker = wanted.requirement.marker;
  if (policy.target) return marker.evaluate(policy.target->markers);
  return !policy.environments.is_disjoint_from(pep::MarkerSet::of(marker));
}

void apply_to_policy(const UserRequirement& wanted, Policy& policy) {
  const std::string& name = wanted.requirement.name;
  for (const pep::Specifier& clause : wanted.requirement.specifier.clauses())
    if (clause.is_pin() && clause.version) policy.pinned[name].insert(*clause.version);
  if (wanted.direct) {
    for (const index::Release& release : wanted.direct->releases)
      policy.pinned[name].insert(release.version);
    policy.exclude_newer.by_project[name] = std::nullopt;  // exactly this file is meant
  }
  if (wanted.requirement.specifier.mentions_prerelease()) policy.named_prerelease.insert(name);
  for (const base::HashSpec& hash : wanted.hashes)
    if (hash.algorithm == "sha256") policy.sha256[name].insert(hash.hex);
}

}  // namespace pipit::resolve
