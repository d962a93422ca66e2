#include "resolve/preferences.h"

#include <doctest/doctest.h>

#include "base/text.h"
#include "tests/resolve/world.h"

namespace pipit::resolve {
namespace {

const Scope kEverywhere(pep::MarkerSet::python_at_least(*pep::Version::parse("3.9")));

void prefer(Problem& problem, std::string_view version, std::string_view marker = "") {
  problem.preferred["a"].push_back({*pep::Version::parse(version),
                                    marker.empty() ? pep::Marker() : *pep::Marker::parse(marker)});
}

std::string order(const Preferences& preferences, const Scope& scope) {
  MarkerMemo memo;
  std::string out;
  for (const pep::Version& version : preferences.of("a", scope, memo))
    out += cat(out.empty() ? "" : " ", version.str());
  return out;
}

TEST_CASE(
    "preferences: earlier output counts where its marker holds; for many environments "
    "elsewhere too, but later") {
  Problem problem;
  prefer(problem, "1", "sys_platform == 'linux'");
  prefer(problem, "2", "sys_platform == 'linux'");
  prefer(problem, "3", "python_version < '3.9'");
  const Preferences preferences(problem);
  CHECK_EQ(order(preferences, Scope(World::target_of("3.12", "linux"))), "2 1");
  CHECK_EQ(order(preferences, Scope(World::target_of("3.12", "macos"))), "");
  CHECK_EQ(order(preferences, kEverywhere), "2 1 3");
}

TEST_CASE("preferences: what finished forks chose comes last, the most wanted first") {
  Problem problem;
  prefer(problem, "1");
  Preferences preferences(problem);
  for (const std::string_view version : {"4", "5", "4"})
    preferences.add("a", *pep::Version::parse(version));
  CHECK_EQ(order(preferences, kEverywhere), "1 5 4");
  problem.policy.preference = Preference::lowest;
  CHECK_EQ(order(preferences, kEverywhere), "1 4 5");
  preferences.forget();
  CHECK_EQ(order(preferences, kEverywhere), "1");
}

TEST_CASE("preferences: forced pre-releases, and choices of direct projects, say nothing") {
  Problem problem;
  Preferences preferences(problem);
  preferences.add("a", *pep::Version::parse("2rc1"));
  CHECK_EQ(order(preferences, kEverywhere), "");
  problem.policy.prerelease = Prerelease::allow;
  preferences.add("a", *pep::Version::parse("2rc1"));
  CHECK_EQ(order(preferences, kEverywhere), "2rc1");
  problem.policy.preference = Preference::lowest_direct;
  preferences.add("a", *pep::Version::parse("1"));
  CHECK_EQ(order(preferences, kEverywhere), "2rc1");
}

}  // namespace
}  // namespace pipit::resolve
