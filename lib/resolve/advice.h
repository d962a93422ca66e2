// What a user is told when there is no solution.
#pragma once
#include "resolve/resolver.h"
#include "resolve/trial.h"
#include "solve/minimal.h"

namespace pipit::resolve {

/// The minimal cause of what `proof` proves for `request` in the environments of `scope`, and,
/// where one is found, a single change with which there is a solution (for all environments): it
/// was tried.
Error advise(const Request& request, const Scope& scope, const solve::Derivation& proof,
             Trials& trials);

/// The minimal cause alone, without asking for anything that was not asked for before.
solve::Core cause_of(const Request& request, const solve::Derivation& proof, Trials& trials);

}  // namespace pipit::resolve
