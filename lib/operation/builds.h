// How this run builds sources: options for the front end, and the front end for the session.
#pragma once
#include <memory>

#include "build_frontend/build_log.h"
#include "operation/inputs.h"
#include "operation/install_target.h"
#include "operation/session.h"

namespace pipit::operation {

/// Gives the session's database a builder: before the first question about a source that has to be
/// built (a path, a repository, a source distribution), once the target is known. `inputs` may have
/// settings of their own (--config-settings behind a requirement). Starts nothing and looks for no
/// Python. Gives the logs of the run's builds, null if there is no folder for them. Errors of a
/// --build-constraint file, which `fetch` gets if it is named by URL.
Result<std::shared_ptr<build_frontend::BuildLogs>> enable_builds(const Options& options,
                                                                 Session& session,
                                                                 const InstallTarget& target,
                                                                 const Inputs& inputs,
                                                                 const FetchText& fetch);

}  // namespace pipit::operation
