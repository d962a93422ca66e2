// How a universal resolution is split into forks.
#pragma once
#include "resolve/provider.h"
#include "solve/solver.h"

namespace pipit::resolve {

/// Environments in the order in which forks for them are worked through.
using Parts = std::vector<pep::MarkerSet>;

/// `needs`: what one package (or the user) needs in the environments of `scope`. If several of them
/// name one project under different markers, or if one counts only for newer Pythons than the
/// oldest in the scope, what that project must be depends on the environment; within each of the
/// parts it does not. One part: no need to split.
Parts split_by_needs(const Scope& scope, const std::vector<Need>& needs, const Policy& policy);

/// Inside and outside `set`, as far as there are such environments.
Parts split_by_set(const Scope& scope, const pep::MarkerSet& set, const Policy& policy);

}  // namespace pipit::resolve
