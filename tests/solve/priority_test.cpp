#include "solve/priority.h"

#include <doctest/doctest.h>

namespace pipit::solve {
namespace {

using Rank = Priorities::Rank;

/// Four projects, each its own package.
struct Ranked {
  Ranked() {
    priorities.grow(4);
    for (PackageId project : {2u, 0u, 1u}) priorities.discover(project, Rank::plain);
  }
  void fight(PackageId sufferer, PackageId culprit, unsigned times) {
    Incompatibility why;
    why.terms = {{culprit, {true, Range::full()}}, {sufferer, {true, Range::full()}}};
    for (unsigned i = 0; i < times; ++i)
      priorities.record_conflict(sufferer, sufferer, why, projects);
  }
  Priorities priorities;
  const std::vector<PackageId> projects{0, 1, 2, 3};
};

TEST_CASE("priority: in order of discovery, pinned ones before, direct URLs first") {
  Ranked r;
  CHECK(r.priorities.key(2) > r.priorities.key(0));
  CHECK(r.priorities.key(0) > r.priorities.key(1));
  CHECK(r.priorities.key(1) > r.priorities.key(3));  // never discovered
  r.priorities.discover(1, Rank::pinned);
  CHECK(r.priorities.key(1) > r.priorities.key(2));
  r.priorities.discover(0, Rank::direct_url);
  CHECK(r.priorities.key(0) > r.priorities.key(1));
  r.priorities.discover(0, Rank::plain);  // never goes back
  CHECK(r.priorities.key(0) > r.priorities.key(1));
}

TEST_CASE("priority: after five conflicts the sufferer goes first, and the culprit is undone") {
  Ranked r;
  r.fight(1, 2, 4);
  CHECK(r.priorities.promote(r.projects).empty());
  CHECK(r.priorities.key(2) > r.priorities.key(1));
  r.fight(1, 2, 1);
  CHECK(r.priorities.promote(r.projects) == std::vector<PackageId>{2});
  CHECK(r.priorities.key(1) > r.priorities.key(2));
  CHECK(r.priorities.key(2) > r.priorities.key(0));
  CHECK(r.priorities.promote(r.projects).empty());  // said once
}

TEST_CASE("priority: a project and its extra do not fight") {
  Ranked r;
  const std::vector<PackageId> extra_of_1{0, 1, 1, 3};
  Incompatibility why;
  why.terms = {{1, {true, Range::full()}}, {2, {true, Range::full()}}};
  for (int i = 0; i < 10; ++i) r.priorities.record_conflict(2, 2, why, extra_of_1);
  CHECK(r.priorities.promote(extra_of_1).empty());
  CHECK(r.priorities.key(1).rank == Rank::plain);
}

}  // namespace
}  // namespace pipit::solve
