// White space as the packaging specifications' reference implementation defines it: Unicode's, not
// only ASCII's.
#pragma once
#include <cstddef>
#include <string_view>

namespace pipit::pep {

/// The length in bytes of the white space character (UTF-8) that begins at `at`; 0 when there is
/// none.
std::size_t white_space_at(std::string_view text, std::size_t at);
/// Without white space at both ends.
std::string_view trim_white_space(std::string_view text);

}  // namespace pipit::pep
