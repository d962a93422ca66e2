// Markers of lock files: besides the eleven variables they have two sets, `extras` and
// `dependency_groups` (PEP 751).
#pragma once
#include <set>
#include <string>

#include "pep/marker/marker.h"

namespace pipit::pep {

struct LockNames {
  std::set<std::string> extras, dependency_groups;  // normal form
};

/// As Marker::evaluate; "'x' in extras" and "'x' not in extras" look into the sets, and names
/// compare in normal form. Any other use of a set is false.
bool evaluate_in_lock(const Marker& marker, const MarkerEnvironment& env, const LockNames& sets);

}  // namespace pipit::pep
