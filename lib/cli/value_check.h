// What the value of each option may be, and the one place where a wrong one is told with where it
// was written.
#pragma once
#include <cstdint>

#include "base/result.h"
#include "cli/arguments.h"

namespace pipit::cli {

/// Code::usage (Code::not_found for a place that is not there) for a value in the layers that means
/// nothing, of an option that one of `commands` has and whose section is not another than
/// `section`: "PIP_TIMEOUT=soon: not a number".
Result<void> check_values(const Layers& layers, std::uint32_t commands);
Result<void> check_values(const Layers& layers, std::uint32_t commands, Section section);

}  // namespace pipit::cli
