// Reduces a contradiction to what it really needs.
#pragma once
#include <cstddef>
#include <functional>
#include <optional>
#include <vector>

#include "solve/derivation.h"
#include "solve/solver.h"

namespace pipit::solve {

/// The facts of a derivation as lines of an explanation: indices of incompatibilities that say the
/// same of several releases. The steps between them are left out.
std::vector<std::vector<std::size_t>> cause_lines(const Derivation& derivation);

/// The facts (without derived steps) of `proof` that contradict each other, with none to spare:
/// without all facts of any one line the others have a solution, if releases that they do not
/// mention are assumed to exist and to need nothing. A proof that takes more than `max_work` steps
/// of search is reduced only partly.
Derivation minimal_cause(const Derivation& proof, std::size_t max_work = 40'000);

/// The user's requirements.
struct Inputs {
  std::vector<Dependency> roots, constraints;
};
/// Inputs without a solution and with none to spare, and the minimal cause.
struct Core {
  Inputs inputs;
  Derivation why;
};
/// The proof that inputs have no solution; nullopt when they have one, or when that is not known.
using Attempt = std::function<std::optional<Derivation>(const Inputs& inputs)>;

/// Reduces `inputs`, whose contradiction `proof` shows, by asking `attempt` about fewer of them:
/// without any one line of what is left there is a solution (or attempt() did not know). A line is
/// all inputs of one name, text and origin.
Core minimal_core(const Inputs& inputs, const Derivation& proof, const Attempt& attempt,
                  std::size_t max_attempts = 40);

}  // namespace pipit::solve
