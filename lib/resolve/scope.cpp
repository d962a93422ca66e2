// Where requires-python and markers hold, for one target or for a set of environments.
#include "resolve/scope.h"

namespace pipit::resolve {

bool runs_on(const pep::Target& target, const pep::SpecifierSet& requires_python) {
  return requires_python.contains(target.python.base_version());
}

pep::MarkerSet python_above(const pep::SpecifierSet& requires_python) {
  const pep::MarkerSet exact = pep::MarkerSet::python_in(requires_python);
  if (exact.is_none())
    return pep::MarkerSet::python_in(requires_python, pep::PythonBounds::lower_only);
  // ">=3.9,!=3.9.0,!=3.9.1" begins with 3.9.2.
  const auto lowest = exact.python_hull().lowest;
  return lowest ? pep::MarkerSet::python_at_least(*lowest) : pep::MarkerSet::all();
}

bool is_of_extras(const pep::Marker& marker, std::span<const std::string> extras) {
  return !pep::MarkerSet::of(marker, extras).is_none();
}

pep::MarkerSet MarkerMemo::where(const pep::Marker& marker, const std::string& extra,
                                 const Scope& scope) {
  if (marker.is_true()) return pep::MarkerSet::all();
  if (!scope.is_universal())
    return admits(marker, extra, scope) ? pep::MarkerSet::all() : pep::MarkerSet::none();
  const auto [it, is_new] = markers_.try_emplace({marker.node().get(), extra});
  if (is_new) {
    const std::span<const std::string> active(&extra, extra.empty() ? 0 : 1);
    it->second = {marker, pep::MarkerSet::of(marker).without_extras(active)};
  }
  return it->second.where;
}

bool MarkerMemo::admits(const pep::Marker& marker, const std::string& extra, const Scope& scope) {
  if (marker.is_true()) return true;
  if (!scope.is_universal()) {
    const std::span<const std::string> active(&extra, extra.empty() ? 0 : 1);
    return marker.evaluate(scope.target().markers, active);
  }
  return !scope.environments().is_disjoint_from(where(marker, extra, scope));
}

pep::MarkerSet MarkerMemo::python_above(const pep::SpecifierSet& requires_python) {
  if (requires_python.empty()) return pep::MarkerSet::all();
  const auto [it, is_new] = pythons_.try_emplace(requires_python.str());
  if (is_new) it->second = resolve::python_above(requires_python);
  return it->second;
}

Overlap overlap(const pep::MarkerSet& environments, const pep::MarkerSet& set) {
  if (set.is_all() || environments.is_subset_of(set)) return Overlap::whole;
  return environments.is_disjoint_from(set) ? Overlap::none : Overlap::part;
}

}  // namespace pipit::resolve
