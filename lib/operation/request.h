// From inputs and options to what the resolver is asked; and what is installed already, as far as
// it may stay.
#pragma once
#include <vector>

#include "env/installed.h"
#include "operation/inputs.h"
#include "operation/install_target.h"
#include "operation/session.h"
#include "resolve/problem.h"

namespace pipit::operation {

/// Roots, constraints, overrides and policy (for no one target when it is universal). Finds out
/// what paths and URLs are, for which they may have to be fetched or built: after the session has a
/// builder. `hash_mode`: before anything is fetched every requirement must have its hash.
Result<resolve::Problem> make_request(const Options& options, Session& session,
                                      const InstallTarget& target, Inputs& inputs, bool hash_mode);

/// Code::no_solution: a project or script is not for the target's Python.
Result<void> check_requires_python(const Inputs& inputs, const pep::Target& target);

/// Fills Request::present from the installed set, wherever on sys.path it lies: what Python would
/// import, minus what --upgrade, --reinstall and their like ask for again, and what may not stay
/// (env::may_stay; `exact` as there). Also Request::python_stays.
void offer_installed(const Options& options, const std::vector<env::Installed>& installed,
                     bool exact, resolve::Problem& request);

}  // namespace pipit::operation
