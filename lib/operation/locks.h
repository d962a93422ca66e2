// Lock files into what is installed: no resolution, only the choice of each package's file. And the
// way back, from a resolution to a lock file's text.
#pragma once
#include <string>

#include "operation/inputs.h"
#include "operation/install_target.h"
#include "operation/session.h"
#include "resolve/policy.h"
#include "resolve/resolution.h"

namespace pipit::operation {

/// The files that the named locks have for this place. Each comes from the first of: a --find-links
/// place that has it with the lock's hash, the lock's path, the lock's URL (not with --no-index).
/// Errors begin with the lock's name.
Result<resolve::Resolution> read_locks(const Options& options, Session& session, const Place& place,
                                       const Inputs& inputs);

/// The text of a lock of this resolution. Local files are named relative to the folder of `output`
/// ("" : the working directory). `policy`: what it was resolved for, a target or all environments.
/// Hashes that no index gives are computed; files that would have to be downloaded for it alone are
/// left out, with a warning.
Result<std::string> lock_text(Session& session, const resolve::Policy& policy, const Inputs& inputs,
                              const resolve::Resolution& resolution, const std::string& output);

/// Digest of a file on disk, in hex.
Result<std::string> file_digest(const std::string& path, std::string_view algorithm);

}  // namespace pipit::operation
