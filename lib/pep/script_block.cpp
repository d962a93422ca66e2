// The reference implementation of PEP 723 is a regular expression; this is the same, line by line.
#include "pep/script_block.h"

#include <vector>

#include "base/text.h"

namespace pipit::pep {
namespace {

/// Lines as Python reads a text file: "\r\n" and "\r" end one, too.
std::vector<std::string_view> script_lines(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = text.find_first_of("\r\n");
    lines.push_back(text.substr(0, end));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + (text.substr(end, 2) == "\r\n" ? 2 : 1));
  }
  return lines;
}

/// The type of the block that a line opens; "" when it opens none.
std::string_view opened_type(std::string_view line) {
  if (!line.starts_with("# /// ")) return {};
  line.remove_prefix(6);
  for (const char c : line)
    if (!base::is_alnum(c) && c != '-') return {};
  return line;
}

bool is_block_line(std::string_view line) { return line == "#" || line.starts_with("# "); }

/// The line that closes a block whose content begins at `first`: the last "# ///" of the comment
/// lines that follow, after at least one line. nullopt: there is none.
std::optional<std::size_t> closing_line(const std::vector<std::string_view>& lines,
                                        std::size_t first) {
  std::optional<std::size_t> last;
  for (std::size_t at = first; at < lines.size() && is_block_line(lines[at]); ++at)
    if (at > first && lines[at] == "# ///") last = at;
  return last;
}

}  // namespace

Result<std::optional<ScriptBlock>> find_script_block(std::string_view script) {
  if (script.starts_with("\xef\xbb\xbf")) script.remove_prefix(3);
  const std::vector<std::string_view> lines = script_lines(script);
  std::optional<ScriptBlock> found;
  for (std::size_t at = 0; at < lines.size(); ++at) {
    const std::string_view type = opened_type(lines[at]);
    const auto close = type.empty() ? std::nullopt : closing_line(lines, at + 1);
    if (!close) continue;
    if (type == "script") {
      if (found)
        return fail_at_line(
            at + 1, Code::parse,
            cat("a second script block (the first is at line ", found->line - 1, ")"));
      found = ScriptBlock{"", at + 2};
      for (std::size_t line = at + 1; line < *close; ++line)
        found->toml += cat(lines[line].substr(lines[line].size() > 1 ? 2 : 1), "\n");
    }
    at = *close;
  }
  return found;
}

}  // namespace pipit::pep
