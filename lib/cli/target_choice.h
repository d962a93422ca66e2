// --target, --prefix and --user each say where packages go: one of them counts.
#pragma once
#include "cli/arguments.h"
#include "cli/settings.h"

namespace pipit::cli {

/// Takes away what a stronger layer overrules: --target that is typed counts more than PIP_USER.
/// Code::usage: one layer has two of them. Called as pip, --user cannot be combined at all, but
/// --target may be with --prefix, as in pip.
Result<void> choose_target(Layers& layers, const InvokedAs& invoked_as);

}  // namespace pipit::cli
