// Repositories that are installed in place (-e git+…#egg=name): checked out where they stay.
#pragma once
#include <stop_token>
#include <string>
#include <vector>

#include "operation/inputs.h"
#include "operation/install_target.h"
#include "operation/session.h"

namespace pipit::operation {

/// Checks out each such root below --src (as with pip: src in a virtual environment, else ./src),
/// whereupon it is an editable folder like any other. An existing checkout is brought
/// to the commit that is asked for. Code::bad_environment when it is one of another repository,
/// holds changes, or is none; errors of distribution::git_checkout().
Result<void> check_out_editables(const Options& options, Session& session,
                                 const InstallTarget& target, Inputs& inputs);

/// What git prints when it is called with these words in this folder, without white space around
/// it. Code::not_found: no such program; Code::io: it failed, with its reason.
Result<std::string> ask_git(const std::string& folder, const std::vector<std::string>& words,
                            const std::stop_token& stop);

}  // namespace pipit::operation
