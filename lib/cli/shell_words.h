// Words as a shell reads them.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pipit::cli {

/// The words of a line: split at white space, quotes and backslashes as in a POSIX shell, nothing
/// expanded. nullopt: a quote is not closed.
std::optional<std::vector<std::string>> shell_words(std::string_view line);
/// One word that a shell reads back as it is; quoted only where it has to be.
std::string shell_word(std::string_view text);

}  // namespace pipit::cli
