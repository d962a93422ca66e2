// "Did you mean": the known word that a misspelt one stands for.
#pragma once
#include <span>
#include <string>
#include <string_view>

namespace pipit::base {

/// How many letters have to be changed, added, taken away or swapped with their neighbour to make
/// one word the other.
std::size_t edit_distance(std::string_view a, std::string_view b);
/// The first of those known words that are nearest; "" when none is near: about a third of a word's
/// letters may be wrong, or its end missing.
std::string nearest(std::string_view word, std::span<const std::string_view> known);

}  // namespace pipit::base
