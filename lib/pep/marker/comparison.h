// From one comparison to the set where it holds.
#pragma once
#include <span>
#include <string>

#include "pep/marker/forest.h"
#include "pep/marker/node.h"

namespace pipit::pep {

/// Whether the comparison, one of MarkerQuestion::text, holds.
bool marker_comparison_holds(const std::string& text, const MarkerEnvironment& env,
                             std::span<const std::string> extras = {});
/// The same for an environment where the subject, which must not be an extra, has that value.
bool marker_comparison_holds(const std::string& text, MarkerSubject subject,
                             const std::string& value);

/// The set where one comparison holds.
MarkerRef marker_comparison_set(MarkerForest& forest, const Marker::Node& comparison);
/// Pythons whose release satisfies the clause.
MarkerRef marker_python_set(MarkerForest& forest, const Specifier& clause);
/// Pythons whose release is at least `version`.
MarkerRef marker_python_from(MarkerForest& forest, const Version& version);

}  // namespace pipit::pep
