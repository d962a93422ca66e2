// Lock files into what is installed: no resolution, only the choice of each package's file.
#pragma once
#include <string>
#include <string_view>

#include "operation/inputs.h"
#include "operation/install_target.h"
#include "operation/session.h"
#include "resolve/resolution.h"

namespace pipit::operation {

/// The files that the named locks have for this target. Each comes from the first of: a
/// --find-links place that has it with the lock's hash, the lock's path, the lock's URL (not with
/// --no-index). Errors begin with the lock's name.
Result<resolve::Resolution> read_locks(const Options& options, Session& session,
                                       const InstallTarget& target, const Inputs& inputs);

}  // namespace pipit::operation
