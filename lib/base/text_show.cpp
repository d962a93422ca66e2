// Text on its way to a person: sizes, durations, and names from foreign files made safe for a
// terminal.
//
// A package's name or summary may hold escape sequences or bidirectional overrides that make a
// terminal show something else than what is there. printable() decodes UTF-8 strictly and writes
// such characters, and every byte that is no UTF-8, as visible escapes; all other characters pass
// unchanged.
#include <cstdint>
#include <string>
#include <string_view>

#include "base/text.h"

namespace pipit::base {
namespace {

constexpr std::uint32_t kBadSequence = 0xffffffff;

/// Decodes the sequence at the front of `text` and sets its length; kBadSequence (length 1) when it
/// is not well-formed: too long for its value, a surrogate, above U+10FFFF, cut off.
std::uint32_t decode_utf8_front(std::string_view text, std::size_t& length) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint32_t first = byte(0);
  length = 1;
  if (first < 0x80) return first;
  const std::size_t need = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || text.size() < need) return kBadSequence;
  std::uint32_t value = first & (0xffu >> (need + 1));
  for (std::size_t i = 1; i < need; ++i) {
    if ((byte(i) & 0xc0u) != 0x80) return kBadSequence;
    value = (value << 6) | (byte(i) & 0x3fu);
  }
  constexpr std::uint32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
  if (value < kSmallest[need] || value > 0x10ffff) return kBadSequence;
  if (value >= 0xd800 && value <= 0xdfff) return kBadSequence;
  length = need;
  return value;
}

/// C0, DEL, C1, line and paragraph separators, and what reorders or hides neighbours (UAX #9
/// controls, marks, BOM).
bool is_terminal_hazard(std::uint32_t c) {
  if (c < 0x20 || (c >= 0x7f && c <= 0x9f)) return true;
  if (c == 0x061c || c == 0x200e || c == 0x200f || c == 0xfeff) return true;
  return (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

void append_hex_escape(std::string& out, std::uint32_t value) {
  constexpr char kDigits[] = "0123456789abcdef";
  const bool wide = value > 0xff;
  out.append(wide ? "\\u" : "\\x");
  for (int shift = wide ? 12 : 4; shift >= 0; shift -= 4)
    out.push_back(kDigits[(value >> shift) & 15]);
}

std::string two_digits(std::uint64_t number) { return cat(number < 10 ? "0" : "", number); }

}  // namespace

std::string format_bytes(std::uint64_t bytes) {
  if (bytes < 1024) return cat(bytes, " B");
  constexpr const char* kUnits[] = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  std::size_t unit = 0;
  std::uint64_t scale = 1024;
  // Up to 1023.9 of a unit: the next one begins where one decimal would print 1024.0.
  while (unit < 5 && bytes / scale >= 1024) scale *= 1024, ++unit;
  const std::uint64_t whole = bytes / scale;
  const std::uint64_t tenth = bytes % scale * 10 / scale;
  return cat(whole, ".", tenth, " ", kUnits[unit]);
}

std::string format_duration(std::int64_t microseconds) {
  const std::uint64_t us = microseconds < 0 ? 0 : static_cast<std::uint64_t>(microseconds);
  const std::uint64_t ms = us / 1000;
  if (ms < 1000) return cat(ms, " ms");
  if (ms < 60'000) return cat(ms / 1000, ".", two_digits(ms % 1000 / 10), " s");
  return cat(ms / 60'000, " m ", two_digits(ms % 60'000 / 1000), " s");
}

std::string printable(std::string_view text, bool keep_newlines) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    std::size_t length = 0;
    const std::uint32_t c = decode_utf8_front(text, length);
    if (c == kBadSequence) {
      append_hex_escape(out, static_cast<std::uint8_t>(text.front()));
    } else if (is_terminal_hazard(c) && !(keep_newlines && c == '\n')) {
      append_hex_escape(out, c);
    } else {
      out.append(text.substr(0, length));
    }
    text.remove_prefix(length);
  }
  return out;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    std::size_t length = 0;
    if (decode_utf8_front(text, length) == kBadSequence) return false;
    text.remove_prefix(length);
  }
  return true;
}

void append_utf8(std::string& out, std::uint32_t c) {
  if (c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff)) c = 0xfffd;
  const auto put = [&](std::uint32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (c < 0x80) return put(c);
  if (c < 0x800) {
    put(0xc0 | (c >> 6));
  } else if (c < 0x10000) {
    put(0xe0 | (c >> 12));
    put(0x80 | ((c >> 6) & 0x3f));
  } else {
    put(0xf0 | (c >> 18));
    put(0x80 | ((c >> 12) & 0x3f));
    put(0x80 | ((c >> 6) & 0x3f));
  }
  put(0x80 | (c & 0x3f));
}

}  // namespace pipit::base
