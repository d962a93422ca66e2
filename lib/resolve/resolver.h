// From requirements to a set of chosen files.
#pragma once
#include <stop_token>

#include "base/events.h"
#include "base/hash_spec.h"
#include "distribution/database.h"
#include "index/catalog.h"
#include "resolve/problem.h"
#include "resolve/resolution.h"

namespace pipit::resolve {

/// For Policy::target, or, without one, for all of Policy::environments. Code::no_solution carries
/// the minimal cause, one fact per line, and a hint that was tried. Network and file errors end the
/// resolution as they are.
Result<Resolution> solve(const Problem& problem, index::Catalog& catalog,
                         distribution::Database& dists, base::Events& events, std::stop_token stop);

}  // namespace pipit::resolve
