// Reading one clause, and repairing those of old metadata. Only specifier*.cpp and requirement*.cpp
// include this.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "pep/specifier.h"
#include "pep/white_space.h"

namespace pipit::pep {

/// One clause; white space is allowed around it and behind its operator. nullopt for anything else.
std::optional<Specifier> scan_specifier(std::string_view text);

/// The operator that `text` begins with, the longest that fits.
std::optional<Operator> leading_operator(std::string_view text);

/// Without " and '.
std::string without_quotes(std::string_view text);

/// The text that was probably meant: without enclosing parentheses, quotes and a comma at the end,
/// with commas between "1" and "<2", with "V.*" only where it has a meaning. What was right stays
/// right; the result may be as wrong as before.
std::string repair_specifiers(std::string_view text);

}  // namespace pipit::pep
