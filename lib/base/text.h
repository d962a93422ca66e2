// Text without <format>, <locale> or <iostream>: joining, splitting, numbers. ASCII rules only.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace pipit {

namespace base_detail {
void append_piece(std::string& out, std::string_view text);
void append_piece(std::string& out, char c);
void append_signed(std::string& out, long long number);
void append_unsigned(std::string& out, unsigned long long number);
template <class T>
void append_any(std::string& out, const T& piece) {
  if constexpr (std::is_same_v<T, char>)
    append_piece(out, piece);
  else if constexpr (std::is_integral_v<T> && std::is_signed_v<T>)
    append_signed(out, piece);
  else if constexpr (std::is_integral_v<T>)
    append_unsigned(out, piece);
  else
    append_piece(out, std::string_view(piece));
}
}  // namespace base_detail

/// Joins strings, characters and integers: cat(name, ": ", count, " files").
template <class... Pieces>
std::string cat(const Pieces&... pieces) {
  std::string out;
  (base_detail::append_any(out, pieces), ...);
  return out;
}

}  // namespace pipit

namespace pipit::base {

char to_lower(char c);
std::string to_lower(std::string_view text);
bool is_space(char c);  // space, \t \n \r \f \v
bool is_digit(char c);
bool is_alpha(char c);  // ASCII letters
bool is_alnum(char c);
bool equals_ignoring_case(std::string_view a, std::string_view b);
bool starts_with_ignoring_case(std::string_view text, std::string_view prefix);

/// Without white space at both ends.
std::string_view trim(std::string_view text);
/// All pieces between separators; an empty text gives one empty piece.
std::vector<std::string_view> split(std::string_view text, char separator);
/// Pieces between runs of white space; none is empty.
std::vector<std::string_view> split_space(std::string_view text);
/// The text before and after the first separator; nullopt when there is none.
std::optional<std::pair<std::string_view, std::string_view>> split_once(std::string_view text,
                                                                        char separator);
std::string join(std::span<const std::string> pieces, std::string_view separator);
std::string replace_all(std::string_view text, std::string_view from, std::string_view to);

/// Decimal digits only, the whole text, no sign; nullopt on overflow or anything else.
std::optional<std::uint64_t> parse_uint(std::string_view text);
/// Hexadecimal digits only, the whole text.
std::optional<std::uint64_t> parse_hex(std::string_view text);

std::string hex(std::span<const std::uint8_t> bytes);
/// Two hexadecimal digits per byte; nullopt when the text has another form.
std::optional<std::vector<std::uint8_t>> unhex(std::string_view text);
/// The same into `out`; false also when the text is of another length.
bool unhex_into(std::string_view text, std::span<std::uint8_t> out);
/// base64 alphabet of RFC 4648 section 5 without padding, as in RECORD.
std::string base64url(std::span<const std::uint8_t> bytes);
/// Standard base64 with padding (HTTP Basic).
std::string base64(std::string_view bytes);

/// "1.4 MB", "312 B": powers of 1000.
std::string format_bytes(std::uint64_t bytes);
/// The number alone, in that unit of format_bytes(): "0.3" for 312 kB in "MB".
std::string format_bytes_as(std::uint64_t bytes, std::string_view unit);
/// Microseconds as "3 ms", "1.24 s", "2 m 05 s".
std::string format_duration(std::int64_t microseconds);
/// "1 package", "7 packages".
std::string counted(std::size_t count, std::string_view noun);

/// Makes text safe for a terminal: C0, DEL, C1 and bidirectional controls become visible escapes
/// (\x1b, \u202e); with `keep_newlines` line feeds stay. Bytes that are not UTF-8 become \xNN.
std::string printable(std::string_view text, bool keep_newlines = false);
/// Whether the bytes are well-formed UTF-8.
bool is_utf8(std::string_view text);
/// Appends one code point as UTF-8 (surrogates and out-of-range values become U+FFFD).
void append_utf8(std::string& out, std::uint32_t code_point);

}  // namespace pipit::base
