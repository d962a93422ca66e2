// Numbers that nobody can foresee.
#pragma once
#include <cstdint>

namespace pipit::base {

/// Asks the kernel, which needs no /dev. Never fails and never waits.
std::uint32_t random_word();

}  // namespace pipit::base
