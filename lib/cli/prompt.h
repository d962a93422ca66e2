// Questions that stop a command until they are answered.
#pragma once
#include <string>

#include "base/result.h"
#include "cli/command.h"

namespace pipit::cli {

/// Asks on standard error and reads lines of standard input, be it a terminal or not, until one is
/// an answer: an empty line is a yes, as "y" is. The end of input typed at a terminal is a no, but
/// under the name pip, and anywhere else, it is `unanswered`. Code::cancelled when stopped.
Result<bool> ask(Context& context, const std::string& question, Error unanswered);

}  // namespace pipit::cli
