// The environment that a command is for, as far as its configuration file goes.
#pragma once
#include <stop_token>
#include <string>

#include "cli/settings.h"

namespace pipit::cli {

/// sys.prefix of the Python that the layers so far, the name of the call and the surroundings
/// choose: its folder may hold a pip.conf. "" when none is found: the command says why. Nothing is
/// run for it, unless it matters and only running tells.
std::string target_prefix(const Layers& layers, const InvokedAs& invoked_as, std::stop_token stop);

}  // namespace pipit::cli
