// How many columns of a terminal a text takes.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace pipit::cli {

/// Of text that is safe to print (base::printable): East Asian wide characters and most emoji take
/// two columns, combining marks none, all others one.
std::size_t display_width(std::string_view text);
/// The text, or as much of its front as fits into so many columns with "…" behind it.
std::string clipped(std::string_view text, std::size_t columns);

}  // namespace pipit::cli
