// From a conflict to what is learned from it: PubGrub's conflict resolution.
#pragma once
#include <variant>

#include "solve/incompatibility_store.h"
#include "solve/partial_solution.h"

namespace pipit::solve {

/// An incompatibility that would have prevented the conflict. The partial solution is undone to
/// where all of its terms hold but the one of `package`.
struct Learned {
  IncompatibilityId id;
  PackageId package;
};
/// The incompatibility without terms: it proves that there is no solution.
struct NoSolution {
  IncompatibilityId id;
};
/// `conflict` is satisfied by `partial`.
std::variant<Learned, NoSolution> learn(IncompatibilityId conflict, IncompatibilityStore& store,
                                        PartialSolution& partial);

}  // namespace pipit::solve
