// From a conflict to what it teaches.
#pragma once
#include <variant>

#include "solve/assignments.h"
#include "solve/facts.h"

namespace pipit::solve {

/// A statement that would have prevented the conflict; the assignments are undone to where all of
/// it but the term of `package` holds.
struct Lesson {
  FactId fact;
  PackageId package;
};
/// The statement (without terms) that proves that there is no solution.
struct Hopeless {
  FactId fact;
};
/// `conflict` is satisfied by `chosen`.
std::variant<Lesson, Hopeless> learn(FactId conflict, Facts& facts, Assignments& chosen);

}  // namespace pipit::solve
