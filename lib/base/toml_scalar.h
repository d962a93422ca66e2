// The words of TOML: strings, numbers, dates. For toml.cpp alone.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pipit::base {

/// A string as it was read: up to `end`, over `lines` line ends. `error` is set when it is none.
struct TomlString {
  std::string text;
  std::size_t end = 0;
  std::uint32_t lines = 0;
  std::string_view error;
};
/// The string that begins with a quote at `at`, of any of the four kinds.
TomlString scan_toml_string(std::string_view text, std::size_t at);

/// A whole word as an integer (decimal, 0x, 0o, 0b; underscores between digits); nullopt when it is
/// none or does not fit 64 bits.
std::optional<std::int64_t> toml_integer(std::string_view word);
/// The same for floats (numbers too big for one are none), inf and nan.
std::optional<double> toml_float(std::string_view word);
/// RFC 3339 date-times with and without offset, dates, times; days that exist.
bool is_toml_date_time(std::string_view word);
/// Control characters that may stand nowhere (all but the tab).
bool is_toml_control(char c);

}  // namespace pipit::base
