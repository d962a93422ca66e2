// The pages of --help.
#pragma once
#include <string>

#include "cli/command.h"

namespace pipit::cli {

/// The page of a command; null: that of the program.
std::string help_text(const Command* command);

}  // namespace pipit::cli
