// Words as a shell reads them.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pipit::base {

/// The words of a line: split at white space, quotes and backslashes as in a POSIX shell, nothing
/// expanded. nullopt: a quote is not closed, or nothing follows a backslash.
std::optional<std::vector<std::string>> shell_words(std::string_view line);
/// The text in single quotes.
std::string single_quoted(std::string_view text);
/// One word that a shell reads back as it is; quoted only where it has to be.
std::string shell_word(std::string_view text);

}  // namespace pipit::base
