// Python's string escapes: the reference implementation gives a marker's literal to Python itself.
#include "pep/marker/literal.h"

#include <array>
#include <utility>

#include "base/text.h"

namespace pipit::pep {
namespace {

constexpr std::array<std::pair<char, char>, 10> kSimpleEscapes = {{{'\\', '\\'},
                                                                   {'\'', '\''},
                                                                   {'"', '"'},
                                                                   {'a', '\a'},
                                                                   {'b', '\b'},
                                                                   {'f', '\f'},
                                                                   {'n', '\n'},
                                                                   {'r', '\r'},
                                                                   {'t', '\t'},
                                                                   {'v', '\v'}}};

// "\x41", "\u0041", "\U00000041": exactly `count` hexadecimal digits at `at`.
bool decode_hex_escape(std::string_view body, std::size_t& at, std::size_t count,
                       std::string& out) {
  if (body.size() - at < count) return false;
  const std::optional<std::uint64_t> point = base::parse_hex(body.substr(at, count));
  if (!point || *point > 0x10FFFF) return false;
  base::append_utf8(out, static_cast<std::uint32_t>(*point));
  at += count;
  return true;
}

void decode_octal_escape(std::string_view body, std::size_t& at, std::string& out) {
  std::uint32_t point = 0;
  for (int i = 0; i < 3 && at < body.size() && body[at] >= '0' && body[at] <= '7'; ++i, ++at) {
    point = point * 8 + static_cast<std::uint32_t>(body[at] - '0');
  }
  base::append_utf8(out, point);
}

// What follows a backslash at `at`.
bool decode_escape(std::string_view body, std::size_t& at, std::string& out) {
  const char c = body[at];
  for (const auto& [letter, value] : kSimpleEscapes) {
    if (c != letter) continue;
    out += value;
    ++at;
    return true;
  }
  if (c >= '0' && c <= '7') {
    decode_octal_escape(body, at, out);
    return true;
  }
  if (c == 'N') return false;
  if (c == 'x' || c == 'u' || c == 'U')
    return decode_hex_escape(body, ++at, c == 'x' ? 2 : c == 'u' ? 4 : 8, out);
  if (c == '\r' || c == '\n') {  // a continued line
    at += body.substr(at).starts_with("\r\n") ? 2 : 1;
    return true;
  }
  out += '\\';  // no escape at all: both characters stay
  return true;
}

}  // namespace

std::optional<std::string> decode_marker_literal(std::string_view body) {
  std::string out;
  std::size_t at = 0;
  while (at < body.size()) {
    const char c = body[at++];
    if (c == '\0' || c == '\n' || c == '\r') return std::nullopt;
    if (c != '\\')
      out += c;
    else if (at == body.size() || body[at] == '\0' || !decode_escape(body, at, out))
      return std::nullopt;
  }
  return out;
}

std::string quote_marker_literal(std::string_view text) {
  const char quote =
      text.find('"') != std::string_view::npos && text.find('\'') == std::string_view::npos ? '\''
                                                                                            : '"';
  std::string out(1, quote);
  for (char c : text) {
    const auto byte = static_cast<std::uint8_t>(c);
    if (c == '\\')
      out += "\\\\";
    else if (byte < 0x20 || byte == 0x7F || c == quote)
      out.append("\\x").append(base::hex({&byte, 1}));
    else
      out += c;
  }
  return out += quote;
}

}  // namespace pipit::pep
