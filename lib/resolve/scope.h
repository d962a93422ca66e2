// The environments that a resolution, or one fork of it, is for.
#pragma once
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "pep/marker/set.h"
#include "pep/target.h"

namespace pipit::resolve {

/// One target, or a set of environments that all count (universal). An immutable value.
class Scope {
 public:
  explicit Scope(std::shared_ptr<const pep::Target> target) : target_(std::move(target)) {}
  explicit Scope(pep::MarkerSet environments) : environments_(std::move(environments)) {}

  bool is_universal() const { return !target_; }
  /// Not universal only.
  const pep::Target& target() const { return *target_; }
  /// Universal only.
  const pep::MarkerSet& environments() const { return environments_; }

 private:
  std::shared_ptr<const pep::Target> target_;
  pep::MarkerSet environments_;
};

/// Whether the target's Python satisfies a requires-python: as in pip, by the first three numbers
/// of its version, so that a pre-release of Python counts as what it will be.
bool runs_on(const pep::Target& target, const pep::SpecifierSet& requires_python);

/// The first Python that satisfies a requires-python, and all newer ones: universal resolutions
/// look at lower bounds only, since an upper one says that nothing newer was tried. All Pythons
/// where only an upper bound leaves none.
pep::MarkerSet python_above(const pep::SpecifierSet& requires_python);

/// Whether a requirement belongs to what these extras add to a package ({}: to the package itself),
/// whatever else its marker says: some environment has it.
bool is_of_extras(const pep::Marker& marker, std::span<const std::string> extras);

/// Where markers hold, remembered: the same few markers are met in release after release. Not for
/// several threads at once.
class MarkerMemo {
 public:
  /// With the one extra active ("": none); all() or none() for a target.
  pep::MarkerSet where(const pep::Marker& marker, const std::string& extra, const Scope& scope);
  /// Whether the marker holds in some environment of the scope.
  bool admits(const pep::Marker& marker, const std::string& extra, const Scope& scope);
  /// As above.
  pep::MarkerSet python_above(const pep::SpecifierSet& requires_python);

 private:
  struct Known {
    pep::Marker marker;  // keeps the node that is the key
    pep::MarkerSet where;
  };
  std::map<std::pair<const void*, std::string>, Known> markers_;
  std::map<std::string, pep::MarkerSet> pythons_;
};

/// What a fork's environments have in common with a set: nothing, something, or all of them are in
/// it.
enum class Overlap : std::uint8_t { none, part, whole };
Overlap overlap(const pep::MarkerSet& environments, const pep::MarkerSet& set);

}  // namespace pipit::resolve
