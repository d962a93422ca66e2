// What may be written over: a file that a user names for the result may be a slip.
#pragma once
#include <string>
#include <vector>

#include "base/result.h"

namespace pipit::operation {

/// Code::usage, and the file is named: `output` is one of the `inputs` (as named; "-" is standard
/// input), or holds something else than what is going to be written: a lock, or else a
/// requirements file. Code::io: it cannot be read. An empty file, and what is written into without
/// being replaced (a device, a pipe, /dev/stdout), may be anything.
Result<void> check_output(const std::string& output, bool lock,
                          const std::vector<std::string>& inputs);

}  // namespace pipit::operation
