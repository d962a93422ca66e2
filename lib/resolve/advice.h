// What a user is told when there is no solution.
#pragma once
#include "resolve/problem.h"
#include "resolve/trial.h"
#include "solve/minimal.h"

namespace pipit::resolve {

/// The minimal cause of what `proof` proves for `problem` in the environments of `scope`, and,
/// where one is found, a single change with which there is a solution (for all environments): it
/// was tried.
Error advise(const Problem& problem, const Scope& scope, const solve::Derivation& proof,
             Trials& trials);

/// The minimal cause alone, without asking for anything that was not asked for before.
solve::Core cause_of(const Problem& problem, const solve::Derivation& proof, Trials& trials);

}  // namespace pipit::resolve
