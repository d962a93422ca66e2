// Settings that were not typed: variables and configuration files, as layers of options.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "cli/arguments.h"

namespace pipit::cli {

/// PIPIT_<OPTION> (all options) of our environment.
Values read_pipit_environment();
/// PIP_<OPTION> for options that pip has.
Values read_pip_environment();
/// pip.conf, where pip has it: global, the user's, `prefix`/pip.conf (of the Python that the
/// command is for; "" : none), and what PIP_CONFIG_FILE names, which stands for the user's when it
/// is there. [global] and the command's section. Code::usage, with its name: a file that cannot be
/// read.
Result<Values> read_pip_configuration(std::string_view command, std::string_view prefix);
/// Whether a folder has a configuration file of its own: whether it matters which Python is meant.
bool has_configuration(const std::string& prefix);

}  // namespace pipit::cli
