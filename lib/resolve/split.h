// How a universal resolution comes apart into forks.
#pragma once
#include "resolve/sources.h"
#include "solve/solver.h"

namespace pipit::resolve {

/// Environments in the order in which forks for them are worked through.
using Parts = std::vector<pep::MarkerSet>;

/// What one package (or the user) needs, told for the environments of `scope`. Where several of the
/// needs name one project under different markers, or where one counts only for newer Pythons than
/// the oldest there is, what that project must be hangs on the environment: the parts are those in
/// which it does not. One part: no need to split.
Parts split_by_needs(const Scope& scope, const std::vector<Need>& needs, const Policy& policy);

/// Inside and outside `set`, as far as there are such environments.
Parts split_by_set(const Scope& scope, const pep::MarkerSet& set, const Policy& policy);

}  // namespace pipit::resolve
