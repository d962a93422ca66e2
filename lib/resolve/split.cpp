// Forks are made where requirements differ by environment, before it is known whether they
// contradict each other: what they have in common stays decided, and each fork gets the newest
// version that its own requirements allow. A single requirement with a marker makes no fork, it
// just need not be met everywhere; unless it counts for newer Pythons only: its releases may well
// need those Pythons.
#include "resolve/split.h"

#include <algorithm>
#include <set>
#include <tuple>

namespace pipit::resolve {
namespace {

bool has_upper_bound(const pep::Requirement& requirement) {
  const auto& clauses = requirement.specifier.clauses();
  return std::any_of(clauses.begin(), clauses.end(), [](const pep::Specifier& clause) {
    return clause.op != pep::Operator::greater && clause.op != pep::Operator::greater_equal &&
           clause.op != pep::Operator::not_equal;
  });
}

pep::Version oldest_python(const pep::MarkerSet& environments) {
  return environments.python_hull().lowest.value_or(pep::Version());
}

/// The order of forks matters, as later ones prefer what earlier ones chose. Newer Pythons go
/// first, so that each gets its newest versions; or older ones, whose versions often do for all.
/// Forks with an upper bound go before those without: what fits below the bound may fit without it.
void sort_parts(Parts& parts, const std::vector<Need>& needs, const Policy& policy) {
  struct Key {
    pep::Version python;
    std::size_t bounded = 0, met = 0;
  };
  std::vector<std::pair<Key, pep::MarkerSet>> keyed;
  for (pep::MarkerSet& part : parts) {
    Key key{oldest_python(part)};
    for (const Need& need : needs) {
      if (part.is_disjoint_from(need.where)) continue;
      ++key.met;
      if (has_upper_bound(*need.requirement)) ++key.bounded;
    }
    keyed.emplace_back(std::move(key), std::move(part));
  }
  const bool older_first =
      policy.fork_strategy == ForkStrategy::fewest || policy.preference == Preference::lowest;
  std::sort(keyed.begin(), keyed.end(), [&](const auto& a, const auto& b) {
    if (a.first.python != b.first.python)
      return older_first ? a.first.python < b.first.python : a.first.python > b.first.python;
    return std::tuple(b.first.bounded, b.first.met, a.second) <
           std::tuple(a.first.bounded, a.first.met, b.second);
  });
  parts.clear();
  for (auto& [key, part] : keyed) parts.push_back(std::move(part));
}

void split_each(Parts& parts, const pep::MarkerSet& set) {
  Parts out;
  for (const pep::MarkerSet& part : parts)
    for (pep::MarkerSet piece : {part & set, part - set})
      if (!piece.is_none()) out.push_back(std::move(piece));
  parts = std::move(out);
}

}  // namespace

Parts split_by_needs(const Scope& scope, const std::vector<Need>& needs, const Policy& policy) {
  const pep::MarkerSet& all = scope.environments();
  std::map<std::string, std::set<pep::MarkerSet>> by_name;
  for (const Need& need : needs) by_name[need.requirement->name].insert(need.where & all);
  Parts parts{all};
  for (const auto& [name, sets] : by_name)
    for (const pep::MarkerSet& set : sets)
      if (set != all && (sets.size() > 1 || oldest_python(set) > oldest_python(all)))
        split_each(parts, set);
  if (parts.size() > 1) sort_parts(parts, needs, policy);
  return parts;
}

Parts split_by_set(const Scope& scope, const pep::MarkerSet& set, const Policy& policy) {
  Parts parts{scope.environments()};
  split_each(parts, set);
  sort_parts(parts, {}, policy);
  return parts;
}

}  // namespace pipit::resolve
