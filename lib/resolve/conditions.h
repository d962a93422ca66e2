// What a proof that there is no solution depends on.
#pragma once
#include <optional>

#include "resolve/provider.h"
#include "solve/derivation.h"

namespace pipit::resolve {

/// Environments of `scope` in which something that the proof uses holds, while it does not hold in
/// the others; the resolution then has to be tried again inside and outside of them. The user's
/// requirements come before those of packages, and of several sets it is always the same one.
/// nullopt: the proof holds in every single environment of the scope.
std::optional<pep::MarkerSet> condition_of(Provider& provider, const Scope& scope,
                                           const solve::Derivation& proof);

}  // namespace pipit::resolve
