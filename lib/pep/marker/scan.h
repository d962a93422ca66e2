// The text of a marker read.
#pragma once
#include <string_view>

#include "base/result.h"
#include "pep/marker/marker.h"

namespace pipit::pep {

/// Parses the marker that begins at `at` as far as it goes, and moves `at` behind it and the blanks
/// that follow. The rest is the caller's.
Result<Marker> scan_marker(std::string_view text, std::size_t& at);

}  // namespace pipit::pep
