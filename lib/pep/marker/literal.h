// Quoted strings in markers.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace pipit::pep {

/// The text between the quotes, with Python's escapes resolved (the reference implementation parses
/// literals as Python does). nullopt where Python refuses. \N{…} is refused too: it would need the
/// names of all characters.
std::optional<std::string> decode_marker_literal(std::string_view body);
/// The text in quotes, so that parsing returns it; double quotes where possible.
std::string quote_marker_literal(std::string_view text);

}  // namespace pipit::pep
