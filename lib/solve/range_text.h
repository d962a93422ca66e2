// Ranges in words.
#pragma once
#include <span>
#include <string>

#include "pep/version.h"
#include "solve/range.h"

namespace pipit::solve {

/// What Range::str() gives.
std::string range_text(const Range& range);
/// The same for a reader who sees only `known` (ascending).
std::string range_text(const Range& range, std::span<const pep::Version> known);

}  // namespace pipit::solve
