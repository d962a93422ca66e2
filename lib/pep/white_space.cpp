// The code points that Python's str.strip() and \s remove, in UTF-8.
#include "pep/white_space.h"

#include <cstdint>

namespace pipit::pep {
namespace {

// Two and three byte sequences: U+0085, U+00A0; U+1680, U+2000..200A, U+2028, U+2029, U+202F,
// U+205F, U+3000.
std::size_t wide_space_length(std::string_view rest) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(rest[i]); };
  if (rest.size() >= 2 && byte(0) == 0xC2) return byte(1) == 0x85 || byte(1) == 0xA0 ? 2 : 0;
  if (rest.size() < 3) return 0;
  const std::uint32_t point = (byte(0) & 0x0Fu) << 12 | (byte(1) & 0x3Fu) << 6 | (byte(2) & 0x3Fu);
  if (byte(0) < 0xE1 || byte(0) > 0xE3 || (byte(1) & 0xC0) != 0x80 || (byte(2) & 0xC0) != 0x80)
    return 0;
  const bool space = point == 0x1680 || (point >= 0x2000 && point <= 0x200A) || point == 0x2028 ||
                     point == 0x2029 || point == 0x202F || point == 0x205F || point == 0x3000;
  return space ? 3 : 0;
}

std::size_t white_space_before(std::string_view text) {
  for (std::size_t length = 1; length <= 3 && length <= text.size(); ++length) {
    if (white_space_at(text, text.size() - length) == length) return length;
  }
  return 0;
}

}  // namespace

std::size_t white_space_at(std::string_view text, std::size_t at) {
  if (at >= text.size()) return 0;
  const auto c = static_cast<std::uint8_t>(text[at]);
  if (c < 0x80) return c == ' ' || (c >= 0x09 && c <= 0x0D) || (c >= 0x1C && c <= 0x1F) ? 1 : 0;
  return wide_space_length(text.substr(at));
}

std::string_view trim_white_space(std::string_view text) {
  while (const std::size_t length = white_space_at(text, 0)) text.remove_prefix(length);
  while (const std::size_t length = white_space_before(text)) text.remove_suffix(length);
  return text;
}

}  // namespace pipit::pep
