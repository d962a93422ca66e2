// The environments in which a marker holds, as a set with operations.
#pragma once
#include <compare>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "base/result.h"
#include "pep/marker/marker.h"
#include "pep/specifier.h"
#include "pep/version.h"

namespace pipit::pep {

struct MarkerDiagram;  // pep/marker/diagram.h

/// How a requires-python's upper bounds and holes are treated.
enum class PythonBounds { all, lower_only };

/// A set of environments: an immutable value, a pointer to copy. Equal sets compare equal, however
/// they were made. What counts as an environment is what Python can be: `python_version` is the
/// first two numbers of `python_full_version`, which has three numbers, is perhaps a pre-release
/// and never a post-release; sys_platform "win32", os_name "nt" and platform_system "Windows" come
/// together, "darwin" and "linux" with "Darwin" and "Linux", both on "posix"; so do implementation
/// "cpython" and "CPython", "pypy" and "PyPy". A set that holds in no such environment is none().
///
/// Size is bounded. A set that would be bigger is unknown: it is then neither none nor all, subset
/// of nothing known and disjoint from nothing but none(). Results computed from it are unknown too,
/// unless the other side decides them alone.
class MarkerSet {
 public:
  /// none().
  MarkerSet() = default;
  static MarkerSet all();
  static MarkerSet none() { return MarkerSet(); }
  /// Where `marker` holds, by Marker::evaluate: a comparison without meaning holds nowhere.
  static MarkerSet of(const Marker& marker);
  /// of(marker).without_extras(active), with no limit on the number of extras.
  static MarkerSet of(const Marker& marker, std::span<const std::string> active);
  /// Pythons whose release (their numbers alone: 3.13.0rc1 counts as 3.13.0) is at least `version`.
  static MarkerSet python_at_least(const Version& version);
  /// Pythons whose release satisfies a requires-python. With `lower_only`, those that are not below
  /// the lowest release that each clause allows.
  static MarkerSet python_in(const SpecifierSet& requires_python,
                             PythonBounds bounds = PythonBounds::all);

  MarkerSet operator&(const MarkerSet& other) const;
  MarkerSet operator|(const MarkerSet& other) const;
  MarkerSet operator-(const MarkerSet& other) const;
  MarkerSet operator~() const;

  bool is_none() const { return kind_ == Kind::none; }
  bool is_all() const { return kind_ == Kind::all; }
  /// Whether the set was small enough to be kept.
  bool is_known() const { return kind_ != Kind::unknown; }
  bool is_subset_of(const MarkerSet& other) const { return (*this - other).is_none(); }
  bool is_disjoint_from(const MarkerSet& other) const { return (*this & other).is_none(); }
  bool operator==(const MarkerSet& other) const { return (*this <=> other) == 0; }
  /// A total order, for maps; the same in every run. Unknown sets are equal to each other.
  std::strong_ordering operator<=>(const MarkerSet& other) const;

  /// `extras` as Marker::evaluate takes them. True for an unknown set.
  bool contains(const MarkerEnvironment& env, std::span<const std::string> extras = {}) const;
  /// Decides every comparison of `extra`: those given are active, all others are not.
  MarkerSet without_extras(std::span<const std::string> active = {}) const;
  /// Whether the set depends on extras.
  bool mentions_extra() const;

  /// Releases of Python (numbers alone) that lie in no wider span than [lowest, end).
  struct PythonHull {
    std::optional<Version> lowest;  // "3.9", "3.11.4"; nullopt: no lower bound
    std::optional<Version> end;     // the first that is above; nullopt: no upper bound
  };
  /// The narrowest span of Pythons around the set. Meaningless for none(); no bounds for an unknown
  /// set.
  PythonHull python_hull() const;

  /// A short marker that agrees with this set in every environment of `given`. Its text does not
  /// depend on how either set was made. none() is `python_version < "0"`. Markers cannot express
  /// two things: a platform_release that is not a version (left out), and the complement of "==="
  /// and of ordered comparisons that begin with a literal (written with the opposite operator).
  /// Code::unsupported when one of the sets is unknown, or the text would be very long.
  Result<Marker> simplified(const MarkerSet& given = all()) const;
  /// simplified()'s text; "" for all(), "?" where it fails.
  std::string str() const;

 private:
  enum class Kind : unsigned char { none, some, all, unknown };
  friend struct MarkerSetAccess;  // pep/marker/forest.h
  Kind kind_ = Kind::none;
  std::shared_ptr<const MarkerDiagram> diagram_;  // of Kind::some
};

}  // namespace pipit::pep
