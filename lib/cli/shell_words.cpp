// Enough of a shell's grammar for options that are written in one text.
#include "cli/shell_words.h"

#include "base/text.h"

namespace pipit::cli {
namespace {

bool is_plain(char c) { return base::is_alnum(c) || std::string_view("-_./:=,+@%~^").contains(c); }

}  // namespace

std::optional<std::vector<std::string>> shell_words(std::string_view line) {
  std::vector<std::string> words;
  std::optional<std::string> word;
  char quote = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    const bool ends = quote == 0 && std::string_view(" \t\n\r").contains(c);
    if (ends) {
      if (word) words.push_back(std::move(*word));
      word.reset();
      continue;
    }
    if (!word) word.emplace();
    if (quote == 0 && (c == '\'' || c == '"'))
      quote = c;
    else if (c == quote)
      quote = 0;
    else if (c == '\\' && quote != '\'' && i + 1 < line.size())
      *word += line[++i];
    else
      *word += c;
  }
  if (quote != 0) return std::nullopt;
  if (word) words.push_back(std::move(*word));
  return words;
}

std::string shell_word(std::string_view text) {
  bool plain = !text.empty() && !text.starts_with('~');
  for (const char c : text) plain = plain && is_plain(c);
  if (plain) return std::string(text);
  return cat("'", base::replace_all(text, "'", "'\\''"), "'");
}

}  // namespace pipit::cli
