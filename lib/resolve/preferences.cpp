#include "resolve/preferences.h"

#include <algorithm>

namespace pipit::resolve {

/// What is direct in one fork may be transitive in another, so with lowest-direct no fork's choice
/// says anything for others. A pre-release that a fork was forced to take is nothing to wish for.
void Preferences::add(const std::string& project, const pep::Version& version) {
  const Policy& policy = problem_.policy;
  if (policy.preference == Preference::lowest_direct) return;
  if (version.is_prerelease() && policy.prerelease != Prerelease::allow) return;
  std::vector<pep::Version>& known = chosen_[project];
  if (std::find(known.begin(), known.end(), version) == known.end()) known.push_back(version);
}

void Preferences::sort(std::vector<pep::Version>& versions, const std::string& project) const {
  if (problem_.policy.takes_lowest(project))
    std::sort(versions.begin(), versions.end());
  else
    std::sort(versions.begin(), versions.end(), std::greater<>());
}

std::vector<pep::Version> Preferences::of(const std::string& project, const Scope& scope,
                                          MarkerMemo& memo) const {
  std::vector<pep::Version> here, elsewhere;
  if (const auto known = problem_.preferred.find(project); known != problem_.preferred.end())
    for (const Preferred& one : known->second)
      (memo.admits(one.marker, "", scope) ? here : elsewhere).push_back(one.version);
  sort(here, project);
  if (!scope.is_universal()) return here;
  sort(elsewhere, project);
  here.insert(here.end(), elsewhere.begin(), elsewhere.end());
  if (const auto known = chosen_.find(project); known != chosen_.end()) {
    std::vector<pep::Version> chosen = known->second;
    sort(chosen, project);
    here.insert(here.end(), chosen.begin(), chosen.end());
  }
  return here;
}

}  // namespace pipit::resolve
