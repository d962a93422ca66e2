// The algebra of terms, on ranges.
#include "solve/term.h"

namespace pipit::solve {

Term Term::operator&(const Term& other) const {
  if (positive && other.positive) return {true, range & other.range};
  if (positive) return {true, range - other.range};
  if (other.positive) return {true, other.range - range};
  return {false, range | other.range};
}

Term Term::operator|(const Term& other) const { return (negated() & other.negated()).negated(); }

bool Term::implies(const Term& other) const {
  if (!positive) return !other.positive && other.range.is_subset_of(range);
  return other.positive ? range.is_subset_of(other.range) : range.is_disjoint_from(other.range);
}

bool Term::excludes(const Term& other) const {
  if (positive && other.positive) return range.is_disjoint_from(other.range);
  if (positive) return range.is_subset_of(other.range);
  return other.positive && other.range.is_subset_of(range);
}

}  // namespace pipit::solve
