// Conflict-driven learning, PubGrub's form of it. A satisfied statement is a conflict. The
// assignment that satisfied it last was either a decision, or derived from another statement; in
// the latter case both statements together imply a third one that does without that assignment, and
// is satisfied as well. So it goes on, back in time, until the satisfier is a decision or the only
// one of its level. Then the statement would have been unit at an earlier level: jumping back
// there, over decisions that have nothing to do with the conflict, and deriving from it repairs the
// mistake at its root. When no term is left, nothing can be repaired.
#include "solve/learn.h"

#include <utility>

namespace pipit::solve {

namespace {

/// What follows from two statements that disagree on `package`: their other terms, and on `package`
/// what neither rules out.
Statement combine_causes(FactId left, FactId right, PackageId package, const Facts& facts) {
  Statement result;
  result.kind = Statement::Kind::derived;
  result.left = left;
  result.right = right;
  auto a = facts[left].terms.begin(), a_end = facts[left].terms.end();
  auto b = facts[right].terms.begin(), b_end = facts[right].terms.end();
  while (a != a_end || b != b_end) {
    if (b == b_end || (a != a_end && a->first < b->first)) {
      result.terms.push_back(*a++);
    } else if (a == a_end || b->first < a->first) {
      result.terms.push_back(*b++);
    } else {
      result.terms.emplace_back(
          a->first, a->first == package ? a->second | b->second : a->second & b->second);
      ++a, ++b;
    }
  }
  return result;
}

}  // namespace

std::variant<Lesson, Hopeless> learn(FactId conflict, Facts& facts, Assignments& chosen) {
  FactId fact = conflict;
  while (!facts[fact].terms.empty()) {
    Assignments::Satisfier satisfier = chosen.satisfier(fact, facts);
    if (satisfier.cause && satisfier.previous_level >= satisfier.level) {
      fact = facts.store(combine_causes(fact, *satisfier.cause, satisfier.package, facts));
      continue;
    }
    chosen.undo_above(satisfier.previous_level);
    facts.undo_above(satisfier.previous_level);
    if (fact != conflict) facts.list(fact);
    return Lesson{fact, satisfier.package};
  }
  return Hopeless{fact};
}

}  // namespace pipit::solve
