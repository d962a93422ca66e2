// The version stands here, once.
#pragma once
#include <string_view>

namespace pipit::cli {
inline constexpr std::string_view kVersion = "0.1.0";
}
