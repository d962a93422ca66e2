// A word about answers that backtracking took far into the past.
#pragma once
#include <string>
#include <vector>

#include "resolve/resolution.h"

namespace pipit::resolve {

/// "a 1.2: is 5 years older than 4.0, …" when newer releases of a project were tried and given up,
/// and what was taken instead was uploaded two years or more before the newest final release; ""
/// otherwise, and when the index tells no times.
std::string aged_warning(const Chosen& chosen);

}  // namespace pipit::resolve
