#include "solve/learn.h"

#include <doctest/doctest.h>

namespace pipit::solve {
namespace {

constexpr PackageId kA = 0, kB = 1, kC = 2;

Range range_of(std::string_view text) {
  return Range::from_specifiers(*pep::SpecifierSet::parse(text));
}

Incompatibility of(std::vector<std::pair<PackageId, Term>> terms) {
  Incompatibility made;
  made.kind = Incompatibility::Kind::dependency;
  made.terms = std::move(terms);
  return made;
}

/// The example at the top of learn.cpp.
struct Example {
  Example() {
    store.grow(3);
    partial.grow(3);
    const Term any_a{true, Range::full()}, any_b{true, Range::full()};
    const Term no_b{false, Range::full()};
    root = store.add(of({{kA, any_a.negated()}}));
    a_needs_b = store.add(of({{kA, a_2}, {kB, no_b}}));
    a_needs_c = store.add(of({{kA, a_2}, {kC, {false, range_of(">=2")}}}));
    b_needs_c = store.add(of({{kB, any_b}, {kC, {false, range_of("<2")}}}));
    partial.derive(kA, any_a, root);
    partial.decide(kA, *pep::Version::parse("2"), false);
    partial.derive(kB, any_b, a_needs_b);
    partial.derive(kC, {true, range_of(">=2")}, a_needs_c);
    partial.derive(kB, no_b, b_needs_c);
  }
  const Term a_2{true, range_of("==2")};
  IncompatibilityStore store;
  PartialSolution partial;
  IncompatibilityId root = 0, a_needs_b = 0, a_needs_c = 0, b_needs_c = 0;
};

TEST_CASE("learn: the conflict goes back to the decision that made it, as in the example") {
  Example e;
  REQUIRE(e.partial.judge(e.store[e.a_needs_b]).relation == PartialSolution::Relation::satisfied);
  const auto outcome = learn(e.a_needs_b, e.store, e.partial);
  const auto* learned = std::get_if<Learned>(&outcome);
  REQUIRE(learned);
  CHECK_EQ(learned->package, kA);
  CHECK_EQ(e.partial.level(), 0);
  REQUIRE_EQ(e.store[learned->id].terms.size(), 1);
  CHECK(e.store[learned->id].terms[0].second == e.a_2);
  CHECK_EQ(e.store.about(kA).back(), learned->id);
  // { a 2, not c<2 } on the way to it is a step of the proof and is not listed.
  CHECK_EQ(e.store.size(), 6);
  CHECK_EQ(e.store.about(kC).size(), 2);
}

TEST_CASE("learn: without another version there is no solution, and the proof says from what") {
  Example e;
  const IncompatibilityId only_2 = e.store.add(of({{kA, {true, Range::full() - range_of("==2")}}}));
  const auto outcome = learn(e.a_needs_b, e.store, e.partial);
  const auto& learned = std::get<Learned>(outcome);
  e.partial.derive(kA, e.a_2.negated(), learned.id);
  REQUIRE(e.partial.judge(e.store[only_2]).relation == PartialSolution::Relation::satisfied);
  const auto end = learn(only_2, e.store, e.partial);
  REQUIRE(std::holds_alternative<NoSolution>(end));
  const Derivation proof = e.store.proof(std::get<NoSolution>(end).id);
  CHECK(proof.incompatibilities.back().terms.empty());
  std::size_t external = 0;
  for (const Incompatibility& one : proof.incompatibilities)
    external += one.kind != Incompatibility::Kind::derived;
  CHECK_EQ(external, 5);  // the four of the example, and that there is no other a
}

}  // namespace
}  // namespace pipit::solve
