// What a proof that there is no solution hangs on.
#pragma once
#include <optional>

#include "resolve/sources.h"
#include "solve/derivation.h"

namespace pipit::resolve {

/// Environments of `scope` in which something that the proof rests on holds, while in the others it
/// does not; so inside and outside of them it has to be tried anew. What the user wrote goes before
/// what packages say, and of several sets it is always the same one. nullopt: the proof holds in
/// every single environment of the scope.
std::optional<pep::MarkerSet> condition_of(Sources& sources, const Scope& scope,
                                           const solve::Derivation& proof);

}  // namespace pipit::resolve
