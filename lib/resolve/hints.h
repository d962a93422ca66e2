// The error when there is no solution: why, and what would help.
#pragma once
#include "index/catalog.h"
#include "resolve/problem.h"
#include "resolve/what_if.h"
#include "solve/minimal.h"

namespace pipit::resolve {

/// The minimal cause of what `proof` proves for `problem` in the environments of `scope`; where the
/// versions in it come from, when other places may have others; and as a hint, if one is found, a
/// single change that gives a solution (for all environments), or at least removes this
/// contradiction: it was tried.
Error explained_conflict(const Problem& problem, const Scope& scope, const solve::Derivation& proof,
                         const index::Catalog& catalog, WhatIf& what_if);

/// The minimal cause alone; nothing is fetched for it.
solve::Core cause_of(const Problem& problem, const solve::Derivation& proof, WhatIf& what_if);

}  // namespace pipit::resolve
