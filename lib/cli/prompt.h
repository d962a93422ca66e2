// Questions that stop a command until they are answered.
#pragma once
#include <optional>
#include <stop_token>
#include <string>

#include "base/result.h"
#include "cli/reporter.h"

namespace pipit::cli {

/// Asks on standard error and reads one line of standard input, be it a terminal or not. An empty
/// line is a yes, as "y" is; nullopt: the input is at its end. Code::cancelled when stopped.
Result<std::optional<bool>> ask(Reporter& reporter, const std::string& question,
                                std::stop_token stop);

}  // namespace pipit::cli
