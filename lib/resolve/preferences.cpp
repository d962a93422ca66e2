// The order in which preferred versions are tried.
#include "resolve/preferences.h"

#include <algorithm>

namespace pipit::resolve {
namespace {

void sort_versions(std::vector<pep::Version>& versions, bool lowest_first) {
  if (lowest_first)
    std::sort(versions.begin(), versions.end());
  else
    std::sort(versions.begin(), versions.end(), std::greater<>());
}

}  // namespace

/// What is direct in one fork may be transitive in another, so with lowest-direct a fork's choice
/// says nothing about the others. A pre-release that a fork was forced to take is not to be
/// preferred.
void Preferences::add(const std::string& project, const pep::Version& version) {
  const Policy& policy = problem_.policy;
  if (policy.preference == Preference::lowest_direct) return;
  if (version.is_prerelease() && policy.prerelease != Prerelease::allow) return;
  std::vector<pep::Version>& known = chosen_[project];
  if (std::find(known.begin(), known.end(), version) == known.end()) known.push_back(version);
}

std::vector<pep::Version> Preferences::of(const std::string& project, const Scope& scope,
                                          MarkerMemo& memo) const {
  const bool lowest_first = !problem_.policy.lowest_where(project, scope, memo).is_none();
  std::vector<pep::Version> here, elsewhere;
  if (const auto known = problem_.preferred.find(project); known != problem_.preferred.end())
    for (const Preferred& one : known->second)
      (memo.admits(one.marker, "", scope) ? here : elsewhere).push_back(one.version);
  sort_versions(here, lowest_first);
  if (!scope.is_universal()) return here;
  sort_versions(elsewhere, lowest_first);
  here.insert(here.end(), elsewhere.begin(), elsewhere.end());
  if (const auto known = chosen_.find(project); known != chosen_.end()) {
    std::vector<pep::Version> chosen = known->second;
    sort_versions(chosen, lowest_first);
    here.insert(here.end(), chosen.begin(), chosen.end());
  }
  return here;
}

}  // namespace pipit::resolve
