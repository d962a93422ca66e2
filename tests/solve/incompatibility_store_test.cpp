#include "solve/incompatibility_store.h"

#include <doctest/doctest.h>

namespace pipit::solve {
namespace {

constexpr PackageId kSubject = 0, kObject = 1;

Range store_range(std::string_view text) {
  return Range::from_specifiers(*pep::SpecifierSet::parse(text));
}

/// "these versions of a need b in this range".
Incompatibility dependency(const Range& versions, std::string_view needed) {
  Incompatibility made;
  made.kind = Incompatibility::Kind::dependency;
  made.subject = kSubject;
  made.subject_range = versions;
  made.object = kObject;
  made.terms = {{kObject, {false, store_range(needed)}}, {kSubject, {true, versions}}};
  return made;
}

Incompatibility unavailable(const Range& versions, const Reason& reason) {
  Incompatibility made;
  made.kind = Incompatibility::Kind::unavailable;
  made.subject = kSubject;
  made.subject_range = versions;
  made.text = reason.text;
  made.reason = reason.code;
  made.terms = {{kSubject, {true, versions}}};
  return made;
}

struct Stored {
  Stored() { store.grow(2); }
  IncompatibilityStore store;
};

TEST_CASE("incompatibility store: equal needs join, as in the example of the .cpp") {
  Stored s;
  const auto versions = [](std::string_view text) { return store_range(text); };
  const auto first = s.store.add_joined(dependency(versions("==2.0"), "<2"), kSubject);
  const auto second = s.store.add_joined(dependency(versions("==2.1"), "<2"), kSubject);
  const auto third = s.store.add_joined(dependency(versions("==2.2"), "<3"), kSubject);
  const auto fourth = s.store.add_joined(dependency(versions("==1.9"), "<2"), kSubject);
  CHECK(s.store.about(kSubject) == std::vector<IncompatibilityId>{third, fourth});
  CHECK(s.store.about(kObject) == std::vector<IncompatibilityId>{third, fourth});
  CHECK_EQ(s.store.size(), 4);
  const Range joined = versions("==1.9") | versions("==2.0") | versions("==2.1");
  CHECK(s.store[fourth].subject_range == joined);
  CHECK(s.store.term_of(fourth, kSubject).range == joined);
  CHECK(s.store.term_of(fourth, kObject).range == versions("<2"));
  // Proofs still see what was joined.
  CHECK(s.store[first].subject_range == versions("==2.0"));
  CHECK(s.store[second].terms.front().first == kSubject);  // sorted
}

TEST_CASE("incompatibility store: reasons join when text and code are the same") {
  Stored s;
  const Range one = store_range("==1"), two = store_range("==2"), three = store_range("==3");
  s.store.add_joined(unavailable(one, {"was yanked", 5}), kSubject);
  s.store.add_joined(unavailable(two, {"was yanked", 5}), kSubject);
  CHECK_EQ(s.store.about(kSubject).size(), 1);
  s.store.add_joined(unavailable(three, {"was yanked", 6}), kSubject);
  CHECK_EQ(s.store.about(kSubject).size(), 2);
  s.store.add_joined(unavailable(three, {"is late", 6}), kSubject);
  CHECK_EQ(s.store.about(kSubject).size(), 3);
  CHECK_EQ(s.store[s.store.about(kSubject).front()].reason, 5);
}

TEST_CASE("incompatibility store: what is contradicted is skipped until that is undone") {
  Stored s;
  const auto id = s.store.add(dependency(store_range("==1"), "<2"));
  CHECK_FALSE(s.store.is_contradicted(id));
  s.store.contradict(id, 2);
  s.store.contradict(id, 5);  // the first counts
  s.store.undo_above(2);
  CHECK(s.store.is_contradicted(id));
  s.store.undo_above(1);
  CHECK_FALSE(s.store.is_contradicted(id));
}

TEST_CASE("incompatibility store: terms that always hold are dropped") {
  Stored s;
  Incompatibility made;
  made.terms = {{kObject, Term::any()}, {kSubject, {true, Range::full()}}};
  const auto id = s.store.add(std::move(made));
  REQUIRE_EQ(s.store[id].terms.size(), 1);
  CHECK(s.store.about(kObject).empty());
}

TEST_CASE("incompatibility store: a proof has the causes and nothing else, numbered anew") {
  Stored s;
  const auto left = s.store.add(dependency(store_range("==1"), "<2"));
  s.store.add(dependency(store_range("==2"), "<2"));
  const auto right = s.store.add(unavailable(store_range("==1"), {"was yanked", 5}));
  Incompatibility derived;
  derived.left = left;
  derived.right = right;
  const Derivation proof = s.store.proof(s.store.add_unlisted(std::move(derived)));
  REQUIRE_EQ(proof.incompatibilities.size(), 3);
  CHECK_EQ(proof.incompatibilities[2].left, 0);
  CHECK_EQ(proof.incompatibilities[2].right, 1);
  CHECK_EQ(proof.incompatibilities[1].text, "was yanked");
}

}  // namespace
}  // namespace pipit::solve
