// Quoted strings in markers. Only marker*.cpp include this.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace pipit::pep {

/// What stands between the quotes, with Python's escapes resolved (the reference implementation
/// reads literals as Python does). nullopt where Python refuses. \N{…} is refused too: it would
/// need the names of all characters.
std::optional<std::string> decode_marker_literal(std::string_view body);
/// The text in quotes, so that reading gives it back; double ones where they can be.
std::string quote_marker_literal(std::string_view text);

}  // namespace pipit::pep
