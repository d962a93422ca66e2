// Text by ASCII rules alone. The standard library's own tools use the locale, cost a quarter of a
// megabyte in a static binary, or both; what a package installer needs of them fits here.
#include "base/text.h"

#include <charconv>
#include <system_error>

namespace pipit::base_detail {

void append_piece(std::string& out, std::string_view text) { out.append(text); }
void append_piece(std::string& out, char c) { out.push_back(c); }

void append_signed(std::string& out, long long number) {
  char digits[24];
  out.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
}

void append_unsigned(std::string& out, unsigned long long number) {
  char digits[24];
  out.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
}

}  // namespace pipit::base_detail

namespace pipit::base {
namespace {

constexpr char kHexDigits[] = "0123456789abcdef";
constexpr char kBase64Url[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr char kBase64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Value of a hexadecimal digit, or -1.
int hex_digit_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::optional<std::uint64_t> parse_whole_number(std::string_view text, int radix) {
  std::uint64_t value = 0;
  const char* end = text.data() + text.size();
  auto [stop, error] = std::from_chars(text.data(), end, value, radix);
  if (text.empty() || error != std::errc() || stop != end) return std::nullopt;
  return value;
}

std::string encode_base64(std::span<const std::uint8_t> bytes, const char* alphabet, bool padded) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t left = bytes.size() - i;
    const std::uint32_t b1 = left > 1 ? bytes[i + 1] : 0u;
    const std::uint32_t b2 = left > 2 ? bytes[i + 2] : 0u;
    const std::uint32_t group = (std::uint32_t{bytes[i]} << 16) | (b1 << 8) | b2;
    out.push_back(alphabet[(group >> 18) & 63]);
    out.push_back(alphabet[(group >> 12) & 63]);
    if (left > 1) out.push_back(alphabet[(group >> 6) & 63]);
    if (left > 2) out.push_back(alphabet[group & 63]);
    if (padded && left < 3) out.append(3 - left, '=');
  }
  return out;
}

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

/// C0, DEL, C1, line and paragraph separators, and characters that reorder or hide their neighbours
/// (UAX #9 controls, marks, BOM).
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

char to_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string to_lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = to_lower(c);
  return out;
}

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_alpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_alnum(char c) { return is_digit(c) || is_alpha(c); }

bool equals_ignoring_case(std::string_view a, std::string_view b) {
  return a.size() == b.size() && starts_with_ignoring_case(a, b);
}

bool starts_with_ignoring_case(std::string_view text, std::string_view prefix) {
  if (text.size() < prefix.size()) return false;
  for (std::size_t i = 0; i < prefix.size(); ++i) {
    if (to_lower(text[i]) != to_lower(prefix[i])) return false;
  }
  return true;
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> pieces;
  while (true) {
    const std::size_t at = text.find(separator);
    pieces.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return pieces;
    text.remove_prefix(at + 1);
  }
}

std::vector<std::string_view> split_space(std::string_view text) {
  std::vector<std::string_view> pieces;
  std::size_t at = 0;
  while (at < text.size()) {
    while (at < text.size() && is_space(text[at])) ++at;
    const std::size_t start = at;
    while (at < text.size() && !is_space(text[at])) ++at;
    if (at > start) pieces.push_back(text.substr(start, at - start));
  }
  return pieces;
}

std::optional<std::pair<std::string_view, std::string_view>> split_once(std::string_view text,
                                                                        char separator) {
  const std::size_t at = text.find(separator);
  if (at == std::string_view::npos) return std::nullopt;
  return std::pair(text.substr(0, at), text.substr(at + 1));
}

std::string join(std::span<const std::string> pieces, std::string_view separator) {
  std::string out;
  bool first = true;
  for (const std::string& piece : pieces) {
    if (!first) out.append(separator);
    first = false;
    out.append(piece);
  }
  return out;
}

std::string replace_all(std::string_view text, std::string_view from, std::string_view to) {
  if (from.empty()) return std::string(text);
  std::string out;
  while (true) {
    const std::size_t at = text.find(from);
    out.append(text.substr(0, at));
    if (at == std::string_view::npos) return out;
    out.append(to);
    text.remove_prefix(at + from.size());
  }
}

std::optional<std::uint64_t> parse_uint(std::string_view text) {
  return parse_whole_number(text, 10);
}

std::optional<std::uint64_t> parse_hex(std::string_view text) {
  return parse_whole_number(text, 16);
}

std::string hex(std::span<const std::uint8_t> bytes) {
  std::string out;
  out.reserve(bytes.size() * 2);
  for (std::uint8_t byte : bytes) {
    out.push_back(kHexDigits[byte >> 4]);
    out.push_back(kHexDigits[byte & 15]);
  }
  return out;
}

bool unhex_into(std::string_view text, std::span<std::uint8_t> out) {
  if (text.size() != 2 * out.size()) return false;
  for (std::size_t i = 0; i < out.size(); ++i) {
    const int high = hex_digit_value(text[2 * i]);
    const int low = hex_digit_value(text[2 * i + 1]);
    if (high < 0 || low < 0) return false;
    out[i] = static_cast<std::uint8_t>(high * 16 + low);
  }
  return true;
}

std::optional<std::vector<std::uint8_t>> unhex(std::string_view text) {
  std::vector<std::uint8_t> out(text.size() / 2);
  if (!unhex_into(text, out)) return std::nullopt;
  return out;
}

std::string base64url(std::span<const std::uint8_t> bytes) {
  return encode_base64(bytes, kBase64Url, false);
}

std::string base64(std::string_view bytes) {
  const auto* data = reinterpret_cast<const std::uint8_t*>(bytes.data());
  return encode_base64({data, bytes.size()}, kBase64, true);
}

namespace {

constexpr std::string_view kByteUnits[] = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};

}  // namespace

std::string format_bytes_as(std::uint64_t bytes, std::string_view unit) {
  std::uint64_t scale = 1;
  for (const std::string_view one : kByteUnits) {
    if (one == unit) break;
    scale *= 1000;
  }
  if (scale == 1) return cat(bytes);
  return cat(bytes / scale, ".", bytes % scale * 10 / scale);
}

std::string format_bytes(std::uint64_t bytes) {
  std::size_t unit = 0;
  // Up to 999.9 of a unit: the next unit begins where one decimal would print 1000.0.
  for (std::uint64_t rest = bytes; rest >= 1000; rest /= 1000) ++unit;
  return cat(format_bytes_as(bytes, kByteUnits[unit]), " ", kByteUnits[unit]);
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

std::string counted(std::size_t count, std::string_view noun) {
  return cat(count, " ", noun, count == 1 ? "" : "s");
}

}  // namespace pipit::base
