// Parses one clause, and repairs those of old metadata.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "pep/specifier.h"
#include "pep/white_space.h"

namespace pipit::pep {

/// Parses one clause; white space is allowed around it and after its operator. nullopt for anything
/// else.
std::optional<Specifier> scan_specifier(std::string_view text);

/// The longest operator that `text` begins with.
std::optional<Operator> leading_operator(std::string_view text);

/// Without " and '.
std::string without_quotes(std::string_view text);

/// The text that was probably meant: without enclosing parentheses, quotes and a final comma, with
/// commas between "1" and "<2", with "V.*" only where it has a meaning. Correct text keeps its
/// meaning; the result may be as wrong as before.
std::string repair_specifiers(std::string_view text);

}  // namespace pipit::pep
