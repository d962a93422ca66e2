// The lower half of pip's requirements format. The order of the steps matters: lines are joined
// first (so a comment ends with the joined line), comments are removed next (a "#" needs white
// space before it, else it is a URL's fragment), variables are replaced last (so a value may
// contain "#").
#include "pep/requirements_lines.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "pep/white_space.h"

namespace pipit::pep {
namespace {

// The length of the line end at `at`, 0 when there is none. As Python's splitlines(), it includes
// "\v", "\f", U+001C to U+001E, U+0085, U+2028 and U+2029.
std::size_t line_end_at(std::string_view text, std::size_t at) {
  const std::string_view rest = text.substr(at);
  if (rest.starts_with("\r\n")) return 2;
  const char c = rest.front();
  if ((c >= '\n' && c <= '\r') || (c >= '\x1C' && c <= '\x1E')) return 1;
  if (rest.starts_with("\xC2\x85")) return 2;
  return rest.starts_with("\xE2\x80\xA8") || rest.starts_with("\xE2\x80\xA9") ? 3 : 0;
}

// Takes the next physical line, with its end, from `rest`.
std::string_view next_line(std::string_view& rest) {
  std::size_t at = 0, end = 0;
  while (at < rest.size() && (end = line_end_at(rest, at)) == 0) ++at;
  const std::string_view line = rest.substr(0, at);
  rest.remove_prefix(at + end);
  return line;
}

bool is_comment_line(std::string_view line) { return trim_white_space(line).starts_with('#'); }

// The line up to a "#" at its start or after white space.
std::string_view without_comment(std::string_view line) {
  for (std::size_t at = line.find('#'); at != std::string_view::npos; at = line.find('#', at + 1)) {
    const std::string_view before = line.substr(0, at);
    const std::string_view text = trim_white_space(before);
    if (text.empty() || text.end() != before.end()) return before;
  }
  return line;
}

// Removes a continued line's backslashes, at both ends as in pip.
std::string_view without_backslashes(std::string_view line) {
  line.remove_prefix(std::min(line.find_first_not_of('\\'), line.size()));
  return line.substr(0, line.find_last_not_of('\\') + 1);
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
  const std::string_view text = trim_white_space(without_comment(joined));
  if (!text.empty()) lines.push_back({number, expand_variables(text, variable)});
}

}  // namespace

std::vector<LogicalLine> logical_lines(std::string_view text, const Variables& variable) {
  std::vector<LogicalLine> lines;
  std::string joined;
  std::size_t first = 0;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::string_view line = next_line(text);
    if (first == 0) first = number;
    const bool comment = is_comment_line(line);
    if (line.ends_with('\\') && !comment) {
      joined += without_backslashes(line);
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
