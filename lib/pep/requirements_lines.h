// From the text of a requirements file to its logical lines.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pipit::pep {

using Variables = std::function<std::optional<std::string>(const std::string&)>;

struct LogicalLine {
  std::size_t number = 0;  // of its first physical line, from 1
  std::string text;        // not empty, no white space at its ends
};
/// Splits lines where Python does, joins those that end in "\", cuts comments off, replaces ${NAME}
/// where `variable` has a value, and leaves empty lines out.
std::vector<LogicalLine> logical_lines(std::string_view text, const Variables& variable);

}  // namespace pipit::pep
