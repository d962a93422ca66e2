// The lower half of pip's requirements format. The order of the steps is the format's: lines are
// joined first (so a comment ends with the joined line), comments go next (a "#" needs white space
// before it, else it is a URL's fragment), variables come last (so a value may hold "#").
#include "pep/requirements_lines.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace pipit::pep {
namespace {

Result<std::string> decode_utf16(std::string_view bytes, bool little) {
  if (bytes.size() % 2 != 0) return fail(Code::parse, "not valid UTF-16");
  const auto unit = [&](std::size_t at) {
    const auto first = static_cast<std::uint8_t>(bytes[at]);
    const auto second = static_cast<std::uint8_t>(bytes[at + 1]);
    return static_cast<std::uint32_t>(little ? second << 8 | first : first << 8 | second);
  };
  std::string out;
  for (std::size_t at = 0; at < bytes.size(); at += 2) {
    std::uint32_t point = unit(at);
    if (point >= 0xD800 && point < 0xDC00 && at + 3 < bytes.size()) {
      const std::uint32_t low = unit(at + 2);
      if (low < 0xDC00 || low > 0xDFFF) return fail(Code::parse, "not valid UTF-16");
      point = 0x10000 + ((point - 0xD800) << 10) + (low - 0xDC00);
      at += 2;
    }
    if (point >= 0xD800 && point <= 0xDFFF) return fail(Code::parse, "not valid UTF-16");
    base::append_utf8(out, point);
  }
  return out;
}

bool is_encoding_char(char c) { return base::is_alnum(c) || c == '-' || c == '_' || c == '.'; }

// What "# -*- coding: NAME -*-" says, "" when the line says nothing.
std::string named_encoding(std::string_view line) {
  if (!base::trim(line).starts_with('#')) return "";
  const std::size_t word = line.find("coding");
  if (word == std::string_view::npos) return "";
  std::string_view rest = line.substr(word + 6);
  if (rest.empty() || (rest.front() != ':' && rest.front() != '=')) return "";
  rest = rest.substr(std::min(rest.find_first_not_of(" \t", 1), rest.size()));
  const auto end = std::ranges::find_if_not(rest, is_encoding_char);
  return base::replace_all(base::to_lower(std::string_view(rest.begin(), end)), "_", "-");
}

Result<std::string> decode_named(std::string_view bytes, const std::string& encoding) {
  if (encoding == "latin-1" || encoding == "latin1" || encoding == "iso-8859-1" ||
      encoding == "l1") {
    std::string out;
    for (char c : bytes) base::append_utf8(out, static_cast<std::uint8_t>(c));
    return out;
  }
  const bool ascii = encoding == "ascii" || encoding == "us-ascii";
  if (!ascii && !encoding.empty() && encoding != "utf-8" && encoding != "utf8" &&
      encoding != "utf-8-sig") {
    return fail(Code::parse, cat("unknown encoding '", encoding, "'"));
  }
  const bool beyond = ascii && std::ranges::any_of(bytes, [](char c) {
                        return static_cast<std::uint8_t>(c) >= 0x80;
                      });
  if (beyond || !base::is_utf8(bytes))
    return fail(Code::parse, cat("not valid ", ascii ? "ASCII" : "UTF-8"));
  return std::string(bytes);
}

// The next physical line; its end ("\n", "\r\n", "\r") is taken off `rest`.
std::string_view next_line(std::string_view& rest) {
  const std::size_t end = std::min(rest.find_first_of("\r\n"), rest.size());
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(std::min(end + (rest.substr(end).starts_with("\r\n") ? 2 : 1), rest.size()));
  return line;
}

bool is_comment_line(std::string_view line) { return base::trim(line).starts_with('#'); }

// Up to a "#" at the start or behind white space.
std::string_view without_comment(std::string_view line) {
  for (std::size_t at = line.find('#'); at != std::string_view::npos; at = line.find('#', at + 1)) {
    if (at == 0 || base::is_space(line[at - 1])) return line.substr(0, at);
  }
  return line;
}

bool is_variable_char(char c) { return (c >= 'A' && c <= 'Z') || base::is_digit(c) || c == '_'; }

std::string expand_variables(std::string_view line, const Variables& variable) {
  std::string out;
  while (true) {
    const std::size_t begin = line.find("${");
    const std::size_t end = begin == std::string_view::npos ? begin : line.find('}', begin);
    if (end == std::string_view::npos) return out.append(line);
    const std::string_view name = line.substr(begin + 2, end - begin - 2);
    if (name.empty() || !std::ranges::all_of(name, is_variable_char)) {
      out.append(line.substr(0, begin + 2));
      line.remove_prefix(begin + 2);
      continue;
    }
    const std::optional<std::string> value = variable(std::string(name));
    out.append(line.substr(0, begin))
        .append(value && !value->empty() ? *value : line.substr(begin, end + 1 - begin));
    line.remove_prefix(end + 1);
  }
}

void add_line(std::vector<LogicalLine>& lines, std::size_t number, std::string_view joined,
              const Variables& variable) {
  const std::string_view text = base::trim(without_comment(joined));
  if (!text.empty()) lines.push_back({number, expand_variables(text, variable)});
}

}  // namespace

Result<std::string> decode_requirements(std::string_view bytes) {
  if (bytes.starts_with("\xEF\xBB\xBF")) return decode_named(bytes.substr(3), "utf-8");
  if (bytes.starts_with("\xFF\xFE")) return decode_utf16(bytes.substr(2), true);
  if (bytes.starts_with("\xFE\xFF")) return decode_utf16(bytes.substr(2), false);
  std::string_view rest = bytes;
  std::string encoding = named_encoding(next_line(rest));
  if (encoding.empty()) encoding = named_encoding(next_line(rest));
  return decode_named(bytes, encoding);
}

std::vector<LogicalLine> logical_lines(std::string_view text, const Variables& variable) {
  std::vector<LogicalLine> lines;
  std::string joined;
  std::size_t first = 0;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::string_view line = next_line(text);
    if (first == 0) first = number;
    const bool comment = is_comment_line(line);
    if (line.ends_with('\\') && !comment) {
      joined += line.substr(0, line.find_last_not_of('\\') + 1);
      continue;
    }
    if (comment) joined += ' ';
    add_line(lines, first, joined.append(line), variable);
    joined.clear();
    first = 0;
  }
  add_line(lines, first, joined, variable);
  return lines;
}

}  // namespace pipit::pep
