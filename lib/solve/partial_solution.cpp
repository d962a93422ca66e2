// For each package the derivations are kept with what was known after each of them. Knowledge only
// shrinks with time, so the moment at which a term began to hold is found by bisection, and undoing
// is popping the trail: both stay cheap however long one package was argued about.
#include "solve/partial_solution.h"

#include <algorithm>

namespace pipit::solve {

PartialSolution::Judgement PartialSolution::judge(const Incompatibility& incompatibility) const {
  Judgement judgement{Relation::satisfied, 0};
  for (const auto& [package, wanted] : incompatibility.terms) {
    const Term& known = term(package);
    if (known.implies(wanted)) continue;
    if (known.excludes(wanted)) return {Relation::contradicted, package};
    judgement = {judgement.relation == Relation::satisfied ? Relation::almost_satisfied
                                                           : Relation::inconclusive,
                 package};
  }
  return judgement;
}

bool PartialSolution::would_satisfy(const Incompatibility& incompatibility, PackageId package,
                                    const pep::Version& version) const {
  return std::all_of(incompatibility.terms.begin(), incompatibility.terms.end(),
                     [&](const auto& entry) {
                       if (entry.first != package) return term(entry.first).implies(entry.second);
                       return entry.second.range.contains(version) == entry.second.positive;
                     });
}

void PartialSolution::decide(PackageId package, const pep::Version& version, bool is_virtual) {
  PackageHistory& it = packages_[package];
  it.decision = version;
  it.decision_level = ++level_;
  it.decision_time = static_cast<std::uint32_t>(trail_.size());
  if (!is_virtual) it.term = {true, Range::exactly(version)};
  trail_.emplace_back(package, level_);
}

void PartialSolution::derive(PackageId package, const Term& term, IncompatibilityId cause) {
  PackageHistory& it = packages_[package];
  it.term = it.term & term;
  it.derived.push_back({static_cast<std::uint32_t>(trail_.size()), level_, cause, it.term});
  trail_.emplace_back(package, level_);
}

Term PartialSolution::lasting(PackageId package) const {
  const std::vector<DatedDerivation>& derived = packages_[package].derived;
  const auto end =
      std::partition_point(derived.begin(), derived.end(),
                           [](const DatedDerivation& dated) { return dated.level == 0; });
  return end == derived.begin() ? Term::any() : std::prev(end)->known;
}

void PartialSolution::undo_above(std::uint32_t level) {
  while (!trail_.empty() && trail_.back().second > level) {
    PackageHistory& it = packages_[trail_.back().first];
    trail_.pop_back();
    if (it.decision && it.decision_time == trail_.size())
      it.decision.reset();
    else
      it.derived.pop_back();
    it.term = it.derived.empty() ? Term::any() : it.derived.back().known;
  }
  level_ = std::min(level_, level);
}

PartialSolution::Moment PartialSolution::first_excluding(const PackageHistory& package,
                                                         const Term& term) const {
  auto first = std::partition_point(
      package.derived.begin(), package.derived.end(),
      [&](const DatedDerivation& dated) { return !dated.known.excludes(term); });
  if (first != package.derived.end()) return {first->time, first->level, first->cause};
  return {package.decision_time, package.decision_level, std::nullopt};
}

PartialSolution::Satisfier PartialSolution::satisfier(IncompatibilityId id,
                                                      const IncompatibilityStore& store) const {
  const Incompatibility& incompatibility = store[id];
  // The latest of the moments at which the single terms began to hold; the one before it decides
  // how far back the rest held.
  PackageId last = incompatibility.terms.front().first;
  Moment latest, before;
  bool first = true;
  for (const auto& [package, wanted] : incompatibility.terms) {
    Moment moment = first_excluding(packages_[package], wanted.negated());
    if (first || moment.time > latest.time) {
      if (!first && latest.level > before.level) before = latest;
      latest = moment;
      last = package;
      first = false;
    } else if (moment.level > before.level) {
      before = moment;
    }
  }
  Satisfier result{last, latest.cause, latest.level, before.level};
  if (!latest.cause) return result;
  // What the satisfier says alone may be less than the term; then an earlier assignment of the same
  // package did the rest.
  Term alone = store.term_of(*latest.cause, last).negated();
  Term unwanted = store.term_of(id, last).negated();
  if (alone.excludes(unwanted)) return result;
  Term rest = alone & unwanted;
  result.previous_level =
      std::max(result.previous_level, first_excluding(packages_[last], rest).level);
  return result;
}

}  // namespace pipit::solve
