// Hash-checking mode, as pip has it: one hash anywhere, or --require-hashes, and everything that is
// installed must be covered by one.
#pragma once
#include <vector>

#include "operation/inputs.h"
#include "resolve/problem.h"
#include "resolve/resolution.h"

namespace pipit::operation {

/// Whether one of them is good enough for the mode: not MD5, not SHA-1.
bool is_covered(const std::vector<base::HashSpec>& hashes);

/// Whether the mode is on: --no-require-hashes turns off what a hash in a file turns on.
bool hashes_required(const ResolutionOptions& options, const Inputs& inputs);

/// A hash behind the '#' of a URL that the user named is given as good as by --hash. (One behind a
/// URL that a package's metadata names is not: pip and uv want those listed, too.)
void take_fragment_hashes(std::vector<resolve::UserRequirement>& wanted);

// Of both following: what applies nowhere that is resolved for is passed over.

/// Hashes of constraints hold beside those of requirements: what both name counts, and a
/// requirement without any takes the constraint's. Code::hash_mismatch when none is named by both.
Result<void> merge_constraint_hashes(std::vector<resolve::UserRequirement>& roots,
                                     std::vector<resolve::UserRequirement>& constraints,
                                     const resolve::Policy& policy);

/// Before the resolution: every root has a hash. Code::hash_mismatch or Code::parse (not pinned
/// either) names the first that has none.
Result<void> check_root_hashes(const std::vector<resolve::UserRequirement>& roots,
                               const resolve::Policy& policy);

/// After it: what came as somebody's dependency has one too. Code::hash_mismatch names it and who
/// needs it.
Result<void> check_answer_hashes(const resolve::Resolution& resolution);

}  // namespace pipit::operation
