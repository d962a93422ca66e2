// From bytes to UTF-8: by a byte order mark, else by a comment in the first two lines (PEP 263),
// else as UTF-8. A mark or a name that does not fit the bytes is an error, never a guess.
#include "pep/requirements_decode.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"

namespace pipit::pep {
namespace {

enum class Encoding { utf8, ascii, latin1, cp1252 };

// Names as Python knows them, letters and digits only.
constexpr std::array<std::pair<std::string_view, Encoding>, 20> kEncodings = {
    {{"utf8", Encoding::utf8},          {"u8", Encoding::utf8},
     {"utf", Encoding::utf8},           {"utf8sig", Encoding::utf8},
     {"cp65001", Encoding::utf8},       {"ascii", Encoding::ascii},
     {"usascii", Encoding::ascii},      {"646", Encoding::ascii},
     {"latin1", Encoding::latin1},      {"latin", Encoding::latin1},
     {"l1", Encoding::latin1},          {"iso88591", Encoding::latin1},
     {"8859", Encoding::latin1},        {"cp819", Encoding::latin1},
     {"isoir100", Encoding::latin1},    {"ibm819", Encoding::latin1},
     {"cp1252", Encoding::cp1252},      {"1252", Encoding::cp1252},
     {"windows1252", Encoding::cp1252}, {"csascii", Encoding::ascii}}};

// 0x80 to 0x9F of Windows-1252; 0: not in use.
constexpr std::array<std::uint16_t, 32> kWindows1252 = {
    0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

// Units of two or four bytes, in either order. `width` bytes make one.
class UnitReader {
 public:
  UnitReader(std::string_view bytes, std::size_t width, bool little)
      : bytes_(bytes), width_(width), little_(little) {}
  bool whole() const { return bytes_.size() % width_ == 0; }
  bool at_end() const { return at_ >= bytes_.size(); }
  std::uint32_t next() {
    std::uint32_t unit = 0;
    for (std::size_t i = 0; i < width_; ++i) {
      const std::size_t place = little_ ? width_ - 1 - i : i;
      unit = unit << 8 | static_cast<std::uint8_t>(bytes_[at_ + place]);
    }
    at_ += width_;
    return unit;
  }

 private:
  std::string_view bytes_;
  std::size_t width_, at_ = 0;
  bool little_;
};

bool is_surrogate(std::uint32_t point) { return point >= 0xD800 && point <= 0xDFFF; }

Result<std::string> decode_utf16(std::string_view bytes, bool little) {
  UnitReader units(bytes, 2, little);
  if (!units.whole()) return fail(Code::parse, "not valid UTF-16");
  std::string out;
  while (!units.at_end()) {
    std::uint32_t point = units.next();
    if (point >= 0xD800 && point < 0xDC00 && !units.at_end()) {
      const std::uint32_t low = units.next();
      if (low < 0xDC00 || low > 0xDFFF) return fail(Code::parse, "not valid UTF-16");
      point = 0x10000 + ((point - 0xD800) << 10) + (low - 0xDC00);
    }
    if (is_surrogate(point)) return fail(Code::parse, "not valid UTF-16");
    base::append_utf8(out, point);
  }
  return out;
}

Result<std::string> decode_utf32(std::string_view bytes, bool little) {
  UnitReader units(bytes, 4, little);
  if (!units.whole()) return fail(Code::parse, "not valid UTF-32");
  std::string out;
  while (!units.at_end()) {
    const std::uint32_t point = units.next();
    if (is_surrogate(point) || point > 0x10FFFF) return fail(Code::parse, "not valid UTF-32");
    base::append_utf8(out, point);
  }
  return out;
}

bool is_encoding_char(char c) { return base::is_alnum(c) || c == '-' || c == '_' || c == '.'; }

// The encoding in "# -*- coding: NAME -*-", "" when the line names none.
std::string named_encoding(std::string_view line) {
  if (!line.starts_with('#')) return "";
  for (std::size_t word = line.find("coding"); word != std::string_view::npos;
       word = line.find("coding", word + 1)) {
    std::string_view rest = line.substr(word + 6);
    if (rest.empty() || (rest.front() != ':' && rest.front() != '=')) continue;
    rest = base::trim(rest.substr(1));
    const auto end = std::ranges::find_if_not(rest, is_encoding_char);
    if (end != rest.begin()) return std::string(rest.begin(), end);
  }
  return "";
}

std::optional<Encoding> find_encoding(std::string_view name) {
  std::string key;
  for (char c : name) {
    if (base::is_alnum(c)) key += base::to_lower(c);
  }
  const auto found =
      std::ranges::find(kEncodings, key, &std::pair<std::string_view, Encoding>::first);
  return found == kEncodings.end() ? std::nullopt : std::optional(found->second);
}

// One byte, one character. False for a byte that is none.
bool append_byte(std::string& out, std::uint8_t byte, Encoding encoding) {
  std::uint32_t point = byte;
  if (encoding == Encoding::cp1252 && byte >= 0x80 && byte < 0xA0)
    point = kWindows1252[byte - 0x80u];
  if (point == 0 && byte != 0) return false;
  base::append_utf8(out, point);
  return true;
}

Result<std::string> decode_named(std::string_view bytes, std::string_view name) {
  const std::optional<Encoding> encoding = name.empty() ? Encoding::utf8 : find_encoding(name);
  if (!encoding) return fail(Code::parse, cat("unknown encoding '", base::printable(name), "'"));
  if (*encoding == Encoding::utf8) {
    if (!base::is_utf8(bytes)) return fail(Code::parse, "not valid UTF-8");
    return std::string(bytes);
  }
  std::string out;
  for (char c : bytes) {
    const auto byte = static_cast<std::uint8_t>(c);
    const bool beyond = *encoding == Encoding::ascii && byte >= 0x80;
    if (beyond || !append_byte(out, byte, *encoding))
      return fail(Code::parse, cat("not valid ", beyond ? "ASCII" : "Windows-1252"));
  }
  return out;
}

// Here a line ends at "\n" only, whatever else ends lines later.
std::string_view take_line(std::string_view& rest) {
  const std::size_t end = std::min(rest.find('\n'), rest.size());
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return line;
}

}  // namespace

Result<std::string> decode_requirements(std::string_view bytes) {
  using namespace std::string_view_literals;
  if (bytes.starts_with("\xEF\xBB\xBF")) return decode_named(bytes.substr(3), "");
  // Before UTF-16, whose mark is a prefix of this one.
  if (bytes.starts_with("\xFF\xFE\0\0"sv)) return decode_utf32(bytes.substr(4), true);
  if (bytes.starts_with("\0\0\xFE\xFF"sv)) return decode_utf32(bytes.substr(4), false);
  if (bytes.starts_with("\xFF\xFE")) return decode_utf16(bytes.substr(2), true);
  if (bytes.starts_with("\xFE\xFF")) return decode_utf16(bytes.substr(2), false);
  std::string_view rest = bytes;
  std::string encoding = named_encoding(take_line(rest));
  if (encoding.empty()) encoding = named_encoding(take_line(rest));
  return decode_named(bytes, encoding);
}

}  // namespace pipit::pep
