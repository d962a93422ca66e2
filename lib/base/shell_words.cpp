// Enough of a shell's grammar for options that are written in one text.
#include "base/shell_words.h"

#include <utility>

#include "base/text.h"

namespace pipit::base {
namespace {

bool is_plain(char c) { return is_alnum(c) || std::string_view("-_./:=,+@%~^").contains(c); }

}  // namespace

std::optional<std::vector<std::string>> shell_words(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  bool inside = false;
  char quote = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quote == 0 && std::string_view(" \t\n\r").contains(c)) {
      if (inside) words.push_back(std::exchange(word, {}));
      inside = false;
      continue;
    }
    inside = true;
    if (c == '\\' && quote != '\'' && i + 1 == text.size()) return std::nullopt;
    if (c == quote)
      quote = 0;
    else if (quote == 0 && (c == '\'' || c == '"'))
      quote = c;
    else if (c == '\\' && quote != '\'' && i + 1 < text.size() &&
             (quote == 0 || text[i + 1] == '"' || text[i + 1] == '\\'))
      word += text[++i];
    else
      word += c;
  }
  if (quote != 0) return std::nullopt;
  if (inside) words.push_back(std::move(word));
  return words;
}

std::string single_quoted(std::string_view text) {
  return cat("'", replace_all(text, "'", "'\\''"), "'");
}

std::string shell_word(std::string_view text) {
  bool plain = !text.empty() && !text.starts_with('~');
  for (const char c : text) plain = plain && is_plain(c);
  if (plain) return std::string(text);
  return single_quoted(text);
}

}  // namespace pipit::base
