// Options of other tools that change nothing here.
#pragma once
#include <cstdint>

#include "base/events.h"
#include "cli/arguments.h"

namespace pipit::cli {

/// A line of warning for each that a command of `commands` was given.
void tell_no_effect(const Layers& layers, std::uint32_t commands, base::Events& events);

}  // namespace pipit::cli
