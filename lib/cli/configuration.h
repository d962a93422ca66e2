// Settings that were not typed: variables and configuration files, as layers of options.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "cli/arguments.h"

namespace pipit::cli {

/// PIPIT_<OPTION> (all options) of our environment.
Values read_pipit_environment();
/// PIP_<OPTION> for options that pip has; a boolean "off" is not a value.
Values read_pip_environment();
/// pip.conf: global, user, environment's own, PIP_CONFIG_FILE; [global] and the command's section.
/// A file that cannot be read or parsed gives a warning, not an error.
Values read_pip_configuration(std::string_view command, std::string_view virtual_env,
                              std::vector<std::string>& warnings);

}  // namespace pipit::cli
