// The answers of all forks as one.
#pragma once
#include "resolve/fork_answer.h"
#include "resolve/resolution.h"
#include "resolve/sources.h"

namespace pipit::resolve {

/// Every (project, version) that is needed in some environment, with the marker that says in which,
/// and who asked for it; warn_about() them. The forks' environments are disjoint and together
/// all of the problem's. Code::unsupported when a marker would be too long to write; errors of
/// chosen_for().
Result<std::vector<Chosen>> merge(Sources& sources, const std::vector<ForkAnswer>& answers);

}  // namespace pipit::resolve
