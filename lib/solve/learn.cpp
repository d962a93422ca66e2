// Conflict-driven learning, in PubGrub's form. An incompatibility that the partial solution
// satisfies is a conflict. The assignment that satisfied it last (the satisfier) was either a
// decision or derived from another incompatibility, its cause. In the latter case both together
// imply a third one, which does without that assignment and is satisfied as well. This is repeated,
// back in time, until the satisfier is a decision or the only one of its level. Then the
// incompatibility would have been unit at an earlier level: jumping back there, over decisions that
// have nothing to do with the conflict, and deriving from it repairs the mistake at its root. When
// no term is left, nothing can be repaired.
//
// An example. The user needs a. a 2 needs b and c>=2, the only b needs c<2; a 1 needs nothing.
//
//   level  assignment   cause
//   0      a            { not a }, the root
//   1      a 2          a decision
//   1      b            { a 2, not b }
//   1      c>=2         { a 2, not c>=2 }
//   1      not b        { b, not c<2 }, as c>=2 rules c<2 out
//
//   incompatibility     satisfier    what its cause makes of it
//   { a 2, not b }      not b        with { b, not c<2 }: { a 2, not c<2 }
//   { a 2, not c<2 }    c>=2         with { a 2, not c>=2 }: { a 2 }
//   { a 2 }             a 2          a decision, and nothing else: { a 2 } is learned
//
// The search goes back to level 0 and derives "not a 2"; a 1 is the next candidate. (The test is
// called after this example.)
#include "solve/learn.h"

#include <utility>

namespace pipit::solve {

namespace {

/// What follows from two incompatibilities that disagree on `package`: their other terms, and on
/// `package` what neither rules out (PubGrub's rule of resolution).
Incompatibility combine_causes(IncompatibilityId left, IncompatibilityId right, PackageId package,
                               const IncompatibilityStore& store) {
  Incompatibility result;
  result.kind = Incompatibility::Kind::derived;
  result.left = left;
  result.right = right;
  auto a = store[left].terms.begin(), a_end = store[left].terms.end();
  auto b = store[right].terms.begin(), b_end = store[right].terms.end();
  while (a != a_end || b != b_end) {
    if (b == b_end || (a != a_end && a->first < b->first)) {
      result.terms.push_back(*a++);
    } else if (a == a_end || b->first < a->first) {
      result.terms.push_back(*b++);
    } else {
      result.terms.emplace_back(
          a->first, a->first == package ? a->second | b->second : a->second & b->second);
      ++a;
      ++b;
    }
  }
  return result;
}

}  // namespace

std::variant<Learned, NoSolution> learn(IncompatibilityId conflict, IncompatibilityStore& store,
                                        PartialSolution& partial) {
  IncompatibilityId id = conflict;
  while (!store[id].terms.empty()) {
    PartialSolution::Satisfier satisfier = partial.satisfier(id, store);
    if (satisfier.cause && satisfier.previous_level >= satisfier.level) {
      id = store.add_unlisted(combine_causes(id, *satisfier.cause, satisfier.package, store));
      continue;
    }
    partial.undo_above(satisfier.previous_level);
    store.undo_above(satisfier.previous_level);
    if (id != conflict) store.list(id);
    return Learned{id, satisfier.package};
  }
  return NoSolution{id};
}

}  // namespace pipit::solve
