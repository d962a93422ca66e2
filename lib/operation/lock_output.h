// The way back: from a resolution to a lock file's text.
#pragma once
#include <string>

#include "operation/inputs.h"
#include "operation/session.h"
#include "resolve/policy.h"
#include "resolve/resolution.h"

namespace pipit::operation {

/// The text of a lock of this resolution. Local files are named relative to the folder of `output`
/// ("" : the working directory). `policy`: what it was resolved for, a target or all environments.
/// Hashes that no index gives are computed; files that would have to be downloaded for it alone are
/// left out, with a warning.
Result<std::string> lock_text(Session& session, const resolve::Policy& policy, const Inputs& inputs,
                              const resolve::Resolution& resolution, const std::string& output);

}  // namespace pipit::operation
