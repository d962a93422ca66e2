// What answers to one question are called in a marker. Only marker_*.cpp include this.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "pep/marker/diagram.h"
#include "pep/marker/marker.h"

namespace pipit::pep {

/// A question with all the places where any diagram at hand divides its answers; an answer is known
/// by its number, counted as MarkerBranch::children are.
struct MarkerAxis {
  MarkerQuestion question;
  std::vector<Version> cuts;
  std::vector<std::string> values;
  std::size_t size() const { return question.is_yes_no() ? 2 : cuts.size() + values.size() + 1; }
};

/// For every answer of an axis, whether (1 or 0) it is one of these.
using MarkerAnswers = std::vector<std::uint8_t>;
/// A marker that says these answers, some but not all; nullopt for those that no marker can say.
std::optional<Marker> answers_marker(const MarkerAxis& axis, const MarkerAnswers& answers);

/// How many comparisons the marker has.
std::size_t count_comparisons(const Marker& marker);
/// All of them, any of them; nothing to join is always true, and never true.
Marker all_of_markers(const std::vector<Marker>& markers);
Marker any_of_markers(const std::vector<Marker>& markers);
/// A marker that is never true.
Marker false_marker();

}  // namespace pipit::pep
