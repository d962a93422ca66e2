// What to say of commands and options that there are not.
#pragma once
#include <cstdint>
#include <string_view>

#include "base/result.h"

namespace pipit::cli {

/// "no such command: instal", with what was probably meant. `program`: how we were called.
Error unknown_command(std::string_view word, std::string_view program);
/// "no such option: --upgade", likewise; `word` with its dashes, `command`: one bit.
Error unknown_option(std::string_view word, std::uint32_t command);

}  // namespace pipit::cli
