// A warning about answers that backtracking took far into the past.
#pragma once
#include <string>
#include <vector>

#include "resolve/resolution.h"

namespace pipit::resolve {

/// "a 1.2: is 5 years older than 4.0, …", when the chosen release was uploaded two years or more
/// before the newest final release; "" otherwise, and when the index does not tell upload times.
/// `compile_command`: the Problem's.
std::string stale_answer_warning(const Chosen& chosen, const std::string& compile_command);

}  // namespace pipit::resolve
