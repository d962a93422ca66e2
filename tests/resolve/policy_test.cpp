#include "resolve/policy.h"

#include <doctest/doctest.h>

#include "tests/resolve/world.h"

namespace pipit::resolve {
namespace {

TEST_CASE("policy: a project's own name outweighs all") {
  BinaryPolicy policy;
  CHECK(policy.wheels_allowed("a"));
  CHECK(policy.sdists_allowed("a"));
  policy.all_no_binary = true;
  policy.only_binary.insert("a");
  CHECK(policy.wheels_allowed("a"));
  CHECK_FALSE(policy.wheels_allowed("b"));
  CHECK_FALSE(policy.sdists_allowed("a"));
  CHECK(policy.sdists_allowed("b"));
}

TEST_CASE("policy: a project's own cut-off replaces the one for all, and may lift it") {
  Cutoffs cutoffs;
  CHECK_FALSE(cutoffs.of("a"));
  cutoffs.all = 100;
  cutoffs.by_project["a"] = 200;
  cutoffs.by_project["b"] = std::nullopt;
  CHECK_EQ(*cutoffs.of("a"), 200);
  CHECK_FALSE(cutoffs.of("b"));
  CHECK_EQ(*cutoffs.of("c"), 100);
}

TEST_CASE("policy: the lowest version is wanted everywhere, nowhere, or where the user names it") {
  Policy policy;
  MarkerMemo memo;
  const Scope all(pep::MarkerSet::python_at_least(*pep::Version::parse("3.9")));
  policy.direct["a"].push_back(*pep::Marker::parse("sys_platform == 'win32'"));
  policy.direct["b"].push_back(pep::Marker());
  CHECK(policy.lowest_where("a", all, memo).is_none());
  policy.preference = Preference::lowest;
  CHECK(policy.lowest_where("c", all, memo).is_all());
  policy.preference = Preference::lowest_direct;
  CHECK(policy.lowest_where("c", all, memo).is_none());
  CHECK(policy.lowest_where("b", all, memo).is_all());
  CHECK(policy.lowest_where("a", all, memo) ==
        pep::MarkerSet::of(*pep::Marker::parse("sys_platform == 'win32'")));
  const Scope windows(World::target_of("3.12", "windows")),
      linux_(World::target_of("3.12", "linux"));
  CHECK(policy.lowest_where("a", windows, memo).is_all());
  CHECK(policy.lowest_where("a", linux_, memo).is_none());
}

}  // namespace
}  // namespace pipit::resolve
