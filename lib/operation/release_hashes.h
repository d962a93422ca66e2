// The hashes behind the lines of a compiled file.
#pragma once
#include <set>
#include <string>
#include <vector>

#include "operation/pins.h"
#include "operation/session.h"
#include "resolve/policy.h"
#include "resolve/resolution.h"

namespace pipit::operation {

/// For each of Resolution::chosen: "sha256:…"; none where there can be none.
using ReleaseHashes = std::vector<std::set<std::string>>;

/// What was pinned before with hashes has those and no others: they are trusted since their first
/// use, whatever the index has by now. Else they are those of every file of the release that the
/// cutoff admits. What no page says of a file is computed from its bytes, which are fetched for it,
/// several files at a time. One warning names what is no file and has none.
Result<ReleaseHashes> release_hashes(Session& session, const resolve::Policy& policy,
                                     const KeptHashes& kept, const resolve::Resolution& resolution);

}  // namespace pipit::operation
