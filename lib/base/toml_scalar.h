// The scalars of TOML: strings, numbers, dates.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pipit::base {

/// A parsed string: it ends at `end` and spans `lines` line ends. `error` is set when it is
/// malformed.
struct TomlString {
  std::string text;
  std::size_t end = 0;
  std::uint32_t lines = 0;
  std::string_view error;
};
/// Parses the string, of any of the four kinds, that begins with a quote at `at`.
TomlString scan_toml_string(std::string_view text, std::size_t at);

/// A whole word as an integer (decimal, 0x, 0o, 0b; underscores between digits); nullopt when it is
/// not one or does not fit 64 bits.
std::optional<std::int64_t> toml_integer(std::string_view word);
/// The same for floats (not for numbers too big for one), inf and nan.
std::optional<double> toml_float(std::string_view word);
/// Whether it is an RFC 3339 date-time with or without offset, a date or a time that exists.
bool is_toml_date_time(std::string_view word);
/// Control characters that are allowed nowhere (all but the tab).
bool is_toml_control(char c);

}  // namespace pipit::base
