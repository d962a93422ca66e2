// The text of a marker read. Only marker*.cpp and requirement*.cpp include this.
#pragma once
#include <string_view>

#include "base/result.h"
#include "pep/marker/marker.h"

namespace pipit::pep {

/// Reads the marker that begins at `at` as far as it goes, steps behind it and the blanks that
/// follow. What comes then is the caller's.
Result<Marker> scan_marker(std::string_view text, std::size_t& at);

}  // namespace pipit::pep
