// Turns the answers to one question into a marker.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "pep/marker/diagram.h"
#include "pep/marker/marker.h"

namespace pipit::pep {

/// A question with all the places where any diagram in use divides its answers. An answer is
/// identified by its number, counted as MarkerBranch::children are.
struct MarkerAxis {
  MarkerQuestion question;
  std::vector<Version> cuts;
  std::vector<std::string> values;
  std::size_t size() const { return question.is_yes_no() ? 2 : cuts.size() + values.size() + 1; }
};

/// For every answer of an axis, 1 if it is included, else 0.
using MarkerAnswers = std::vector<std::uint8_t>;
/// A marker for these answers, some but not all; nullopt if no marker can express them.
std::optional<Marker> answers_marker(const MarkerAxis& axis, const MarkerAnswers& answers);

/// How many comparisons the marker has.
std::size_t count_comparisons(const Marker& marker);
/// All of them, any of them. Without any: always true, and never true.
Marker all_of_markers(const std::vector<Marker>& markers);
Marker any_of_markers(const std::vector<Marker>& markers);
/// A marker that is never true.
Marker false_marker();

}  // namespace pipit::pep
