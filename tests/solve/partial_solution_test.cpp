#include "solve/partial_solution.h"

#include <doctest/doctest.h>

namespace pipit::solve {
namespace {

constexpr PackageId kFirst = 0, kSecond = 1;

Term wants(std::string_view text) {
  return {true, Range::from_specifiers(*pep::SpecifierSet::parse(text))};
}

pep::Version version(std::string_view text) { return *pep::Version::parse(text); }

struct PartialFixture {
  PartialFixture() {
    store.grow(2);
    partial.grow(2);
    Incompatibility both;
    both.terms = {{kFirst, wants(">=1")}, {kSecond, wants(">=1")}};
    id = store.add(std::move(both));
  }
  PartialSolution::Relation relation() { return partial.judge(store[id]).relation; }
  IncompatibilityStore store;
  PartialSolution partial;
  IncompatibilityId id = 0;
};

using Relation = PartialSolution::Relation;

TEST_CASE("partial solution: an incompatibility is satisfied when all of its terms hold") {
  PartialFixture f;
  CHECK(f.relation() == Relation::inconclusive);
  f.partial.derive(kFirst, wants(">=2"), f.id);
  CHECK(f.relation() == Relation::almost_satisfied);
  CHECK_EQ(f.partial.judge(f.store[f.id]).package, kSecond);
  CHECK(f.partial.would_satisfy(f.store[f.id], kSecond, version("1")));
  CHECK_FALSE(f.partial.would_satisfy(f.store[f.id], kSecond, version("0")));
  f.partial.decide(kSecond, version("3"), false);
  CHECK(f.relation() == Relation::satisfied);
}

TEST_CASE("partial solution: one term that cannot hold contradicts it") {
  PartialFixture f;
  f.partial.derive(kFirst, wants("<1"), f.id);
  CHECK(f.relation() == Relation::contradicted);
}

TEST_CASE("partial solution: undoing takes back decisions and what followed, and no more") {
  PartialFixture f;
  f.partial.derive(kFirst, wants(">=1"), f.id);
  f.partial.decide(kFirst, version("2"), false);
  f.partial.derive(kSecond, wants(">=1"), f.id);
  CHECK_EQ(f.partial.level(), 1);
  CHECK(f.partial.version(kFirst) == version("2"));
  CHECK_EQ(f.partial.decision_level(kFirst), 1);
  f.partial.undo_above(0);
  CHECK_FALSE(f.partial.is_decided(kFirst));
  CHECK(f.partial.term(kFirst) == wants(">=1"));
  CHECK(f.partial.term(kSecond).is_any());
  CHECK(f.partial.is_wanted(kFirst));
  CHECK_FALSE(f.partial.is_wanted(kSecond));
}

TEST_CASE("partial solution: what lasts is what was known before any decision") {
  PartialFixture f;
  f.partial.derive(kFirst, wants(">=1"), f.id);
  f.partial.decide(kSecond, version("1"), false);
  f.partial.derive(kFirst, wants("<3"), f.id);
  CHECK(f.partial.lasting(kFirst) == wants(">=1"));
  CHECK(f.partial.term(kFirst) == wants(">=1,<3"));
  CHECK(f.partial.lasting(kSecond).is_any());
}

TEST_CASE("partial solution: the satisfier is the assignment after which all terms held") {
  PartialFixture f;
  f.partial.decide(kFirst, version("2"), false);
  f.partial.decide(kSecond, version("2"), false);
  const auto satisfier = f.partial.satisfier(f.id, f.store);
  CHECK_EQ(satisfier.package, kSecond);
  CHECK_FALSE(satisfier.cause);
  CHECK_EQ(satisfier.level, 2);
  CHECK_EQ(satisfier.previous_level, 1);
}

TEST_CASE("partial solution: of two derivations that hold together the earlier counts as before") {
  PartialFixture f;
  Incompatibility wide, narrow;
  wide.terms = {{kFirst, wants(">=1").negated()}};
  narrow.terms = {{kFirst, {true, Range::from_specifiers(*pep::SpecifierSet::parse(">=4"))}}};
  const auto wide_id = f.store.add(std::move(wide));
  const auto narrow_id = f.store.add(std::move(narrow));
  Incompatibility conflict;  // not ">=1,<4", which leaves out the pre-releases of 4
  conflict.terms = {{kFirst, wants(">=1") & wants(">=4").negated()}};
  const auto conflict_id = f.store.add(std::move(conflict));
  constexpr PackageId kThird = 2;
  f.partial.grow(3);
  f.partial.decide(kSecond, version("1"), false);
  f.partial.derive(kFirst, wants(">=1"), wide_id);
  f.partial.decide(kThird, version("1"), false);
  f.partial.derive(kFirst, wants(">=4").negated(), narrow_id);
  const auto satisfier = f.partial.satisfier(conflict_id, f.store);
  CHECK(satisfier.cause == narrow_id);
  CHECK_EQ(satisfier.level, 2);
  CHECK_EQ(satisfier.previous_level, 1);  // ">=1" did the rest, at level 1
}

}  // namespace
}  // namespace pipit::solve
