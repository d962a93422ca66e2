// The answers of all forks as one.
#pragma once
#include "resolve/fork_answer.h"
#include "resolve/provider.h"
#include "resolve/resolution.h"

namespace pipit::resolve {

/// Every project and version that is needed in some environment, with the marker that says in
/// which, and with what requires it. Calls warn_about(). The forks' environments are disjoint and
/// together are all of the problem's. Code::unsupported when a marker would be too long to write;
/// errors of chosen_for().
Result<std::vector<Chosen>> merge(Provider& provider, const std::vector<ForkAnswer>& answers);

}  // namespace pipit::resolve
