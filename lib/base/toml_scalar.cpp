// Scalars of TOML 1.0, parsed by hand: the grammar is small, and each error needs a position.
#include "base/toml_scalar.h"

#include <cmath>
#include <cstdlib>

#include "base/text.h"
#include "base/time.h"

namespace pipit::base {
namespace {

/// Decodes the escape after a backslash at `at` and moves behind it. False: it is not one of
/// TOML's.
bool take_toml_escape(std::string_view text, std::size_t& at, std::string& out) {
  constexpr std::string_view kLetters = "btnfr\"\\";
  constexpr std::string_view kMeanings = "\b\t\n\f\r\"\\";
  if (at >= text.size()) return false;
  const char c = text[at++];
  if (const std::size_t simple = kLetters.find(c); simple != std::string_view::npos) {
    out.push_back(kMeanings[simple]);
    return true;
  }
  const std::size_t digits = c == 'u' ? 4 : c == 'U' ? 8 : 0;
  if (digits == 0 || text.size() - at < digits) return false;
  const auto point = parse_hex(text.substr(at, digits));
  if (!point || *point > 0x10ffff || (*point >= 0xd800 && *point <= 0xdfff)) return false;
  append_utf8(out, static_cast<std::uint32_t>(*point));
  at += digits;
  return true;
}

struct TomlStringScan {
  std::string_view text;
  TomlString out;
  char quote;
  bool several_lines;

  bool at_end() const { return out.end >= text.size(); }
  char peek() const { return at_end() ? '\0' : text[out.end]; }
  bool refuse(std::string_view why) {
    out.error = why;
    return false;
  }

  /// "\r\n" and "\n" at the cursor; both are read as "\n".
  bool at_line_end() const { return peek() == '\n' || text.substr(out.end, 2) == "\r\n"; }
  void take_line_end() {
    out.end += peek() == '\r' ? 2 : 1;
    ++out.lines;
  }

  /// A backslash before a line's end removes it and all white space that follows.
  bool take_continuation() {
    const std::size_t back = out.end;
    while (peek() == ' ' || peek() == '\t') ++out.end;
    if (!at_line_end()) {
      out.end = back;
      return false;
    }
    for (;;) {
      if (at_line_end())
        take_line_end();
      else if (peek() == ' ' || peek() == '\t')
        ++out.end;
      else
        return true;
    }
  }

  /// The closing quotes of a multi-line string: three, and up to two before them that are text.
  bool take_closing() {
    std::size_t count = 0;
    while (out.end + count < text.size() && text[out.end + count] == quote && count < 5) ++count;
    out.end += count;
    if (count < 3) {
      out.text.append(count, quote);
      return false;
    }
    out.text.append(count - 3, quote);
    return true;
  }

  /// True while there is more.
  bool step() {
    if (at_end()) return refuse("a string that does not end");
    const char c = peek();
    if (c == quote) {
      if (several_lines) return !take_closing();
      ++out.end;
      return false;
    }
    if (at_line_end()) {
      if (!several_lines) return refuse("a string that does not end on its line");
      take_line_end();
      out.text.push_back('\n');
      return true;
    }
    if (is_toml_control(c)) return refuse("a control character in a string");
    ++out.end;
    if (c != '\\' || quote == '\'') {
      out.text.push_back(c);
      return true;
    }
    if (several_lines && take_continuation()) return true;
    return take_toml_escape(text, out.end, out.text) || refuse("an unknown escape in a string");
  }
};

/// Digits of `base` with single underscores between them; appends the digits without underscores.
bool take_digits(std::string_view text, bool (*is_one)(char), std::string& digits) {
  if (text.empty() || text.front() == '_' || text.back() == '_') return false;
  char before = 0;
  for (const char c : text) {
    if (c == '_' ? before == '_' : !is_one(c)) return false;
    if (c != '_') digits.push_back(c);
    before = c;
  }
  return true;
}

std::optional<std::int64_t> digits_of_base(std::string_view text, unsigned base) {
  bool (*is_one)(char) = [](char c) { return c == '0' || c == '1'; };
  if (base == 8) is_one = [](char c) { return c >= '0' && c <= '7'; };
  if (base == 16) is_one = [](char c) { return parse_hex({&c, 1}).has_value(); };
  std::string digits;
  if (!take_digits(text, is_one, digits)) return std::nullopt;
  std::uint64_t number = 0;
  for (const char c : digits) {
    const auto digit = static_cast<unsigned>(is_digit(c) ? c - '0' : to_lower(c) - 'a' + 10);
    if (number > (0x7fffffffffffffffu - digit) / base) return std::nullopt;
    number = number * base + digit;
  }
  return static_cast<std::int64_t>(number);
}

/// Two digits at `at` with a value of at most `most`.
std::optional<unsigned> toml_two_digits(std::string_view text, std::size_t at, unsigned most) {
  if (text.size() < at + 2) return std::nullopt;
  const auto number = parse_uint(text.substr(at, 2));
  if (!number || *number > most) return std::nullopt;
  return static_cast<unsigned>(*number);
}

bool is_date(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
  const auto year = parse_uint(text.substr(0, 4));
  const auto month = toml_two_digits(text, 5, 12), day = toml_two_digits(text, 8, 31);
  return year && month && day &&
         is_calendar_date(static_cast<int>(*year), static_cast<int>(*month),
                          static_cast<int>(*day));
}

/// "hh:mm:ss", maybe with a fraction; removes it from `text`.
bool take_time(std::string_view& text) {
  if (text.size() < 8 || text[2] != ':' || text[5] != ':') return false;
  if (!toml_two_digits(text, 0, 23) || !toml_two_digits(text, 3, 59) ||
      !toml_two_digits(text, 6, 59))
    return false;
  text.remove_prefix(8);
  if (!text.starts_with('.')) return true;
  std::size_t digits = 1;
  while (digits < text.size() && is_digit(text[digits])) ++digits;
  text.remove_prefix(digits);
  return digits > 1;
}

}  // namespace

bool is_toml_control(char c) {
  return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f;
}

TomlString scan_toml_string(std::string_view text, std::size_t at) {
  TomlStringScan scan{text, {}, text[at], false};
  scan.several_lines =
      text.size() >= at + 3 && text[at + 1] == text[at] && text[at + 2] == text[at];
  scan.out.end = at + (scan.several_lines ? 3 : 1);
  if (scan.several_lines && scan.at_line_end()) scan.take_line_end();
  while (scan.step()) {
  }
  return std::move(scan.out);
}

std::optional<std::int64_t> toml_integer(std::string_view word) {
  if (word.starts_with("0x")) return digits_of_base(word.substr(2), 16);
  if (word.starts_with("0o")) return digits_of_base(word.substr(2), 8);
  if (word.starts_with("0b")) return digits_of_base(word.substr(2), 2);
  const bool negative = word.starts_with('-');
  if (negative || word.starts_with('+')) word.remove_prefix(1);
  std::string digits;
  if (!take_digits(word, is_digit, digits)) return std::nullopt;
  if (digits.size() > 1 && digits.front() == '0') return std::nullopt;
  const auto number = parse_uint(digits);
  if (!number || *number > 0x7fffffffffffffffu + (negative ? 1u : 0u)) return std::nullopt;
  return static_cast<std::int64_t>(negative ? 0 - *number : *number);
}

std::optional<double> toml_float(std::string_view word) {
  std::string text;
  if (word.starts_with('-')) text = "-";
  if (word.starts_with('-') || word.starts_with('+')) word.remove_prefix(1);
  if (word == "inf" || word == "nan") return std::strtod(text.append(word).c_str(), nullptr);
  const std::size_t e = word.find_first_of("eE");
  std::string_view mantissa = word.substr(0, e);
  const std::size_t dot = mantissa.find('.');
  if (e == std::string_view::npos && dot == std::string_view::npos) return std::nullopt;
  const std::string_view whole = mantissa.substr(0, dot);
  if (whole.size() > 1 && whole.front() == '0') return std::nullopt;
  if (!take_digits(whole, is_digit, text)) return std::nullopt;
  if (dot != std::string_view::npos) {
    text.push_back('.');
    if (!take_digits(mantissa.substr(dot + 1), is_digit, text)) return std::nullopt;
  }
  if (e != std::string_view::npos) {
    text.push_back('e');
    std::string_view exponent = word.substr(e + 1);
    if (exponent.starts_with('-') || exponent.starts_with('+')) {
      text.push_back(exponent.front());
      exponent.remove_prefix(1);
    }
    if (!take_digits(exponent, is_digit, text)) return std::nullopt;
  }
  const double number = std::strtod(text.c_str(), nullptr);
  return std::isinf(number) ? std::nullopt : std::optional(number);
}

bool is_toml_date_time(std::string_view word) {
  if (is_date(word)) return true;
  if (word.size() < 8) return false;
  const bool dated = word.size() > 10 && is_date(word.substr(0, 10));
  if (dated) {
    if (word[10] != 'T' && word[10] != 't' && word[10] != ' ') return false;
    word.remove_prefix(11);
  }
  if (!take_time(word)) return false;
  if (word.empty()) return true;
  if (!dated) return false;
  if (word == "Z" || word == "z") return true;
  return word.size() == 6 && (word[0] == '+' || word[0] == '-') && word[3] == ':' &&
         toml_two_digits(word, 1, 23) && toml_two_digits(word, 4, 59);
}

}  // namespace pipit::base
