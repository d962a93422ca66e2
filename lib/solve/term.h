// A term: a statement about one package.
#pragma once
#include "solve/range.h"

namespace pipit::solve {

/// "A version in `range` is chosen" (positive), or "none of `range` is chosen, perhaps none at all"
/// (negative).
struct Term {
  bool positive = true;
  Range range;

  /// Holds whatever is chosen.
  static Term any() { return {false, Range()}; }
  bool is_any() const { return !positive && range.is_empty(); }
  Term negated() const { return {!positive, range}; }
  Term operator&(const Term& other) const;
  Term operator|(const Term& other) const;
  /// Whether this implies `other`.
  bool implies(const Term& other) const;
  /// Whether this and `other` cannot both hold.
  bool excludes(const Term& other) const;
  bool operator==(const Term& other) const = default;
};

}  // namespace pipit::solve
