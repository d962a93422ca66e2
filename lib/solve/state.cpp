// The search, and how the driver's answers enter it.
//
// The search alternates between drawing every conclusion there is (propagate) and deciding one
// package. A contradiction among the conclusions teaches a new incompatibility (learn.cpp) and
// takes the search back to where that incompatibility would have mattered.
//
// The driver is asked only where knowledge ends. A package that is decided again within the same
// range gets the same version, and a version met again already has its dependencies as
// incompatibilities, so backtracking asks nothing twice. A version whose dependencies contradict
// the partial solution is not decided at all: that saves a level, and the jump back over it, for
// every release tried in a row.
//
// The driver's answers become incompatibilities, "these terms cannot all hold":
//
//   root needs b>=2                 { not b>=2 }
//   a 1 needs b>=2                  { a 1, not b>=2 }
//   a 1 needs b[x]>=2               the same, and { a 1, not b[x] }
//   extra x of a 1 needs c          { a 1, a[x], not c }
//   b is constrained to <3          { b>=3 }
//   a 1 cannot be used              { a 1 }
//
// An extra is a package that is merely wanted or not, beside its project. It has no versions that
// incompatibilities would have to keep equal to the project's, and what its requirements forbid is
// learned about the project's versions directly.
//
// "a 1" is widened to all versions between the known neighbours of 1: nothing is there, so it says
// the same, but neighbours then join to one piece instead of a row of points.
#include "solve/state.h"

#include <algorithm>

namespace pipit::solve {

namespace {

Term wanted() { return {true, Range::full()}; }
Term not_wanted() { return {false, Range::full()}; }

Priorities::Rank rank_of(const Dependency& need) {
  if (need.direct_url) return Priorities::Rank::direct_url;
  return need.range.is_pinned() ? Priorities::Rank::pinned : Priorities::Rank::plain;
}

/// Without terms.
Incompatibility about_object(Incompatibility::Kind kind, PackageId object, const Dependency& need) {
  Incompatibility made;
  made.kind = kind;
  made.object = object;
  made.text = need.text;
  made.reason = need.code;
  made.origin = need.origin;
  return made;
}

}  // namespace

PackageId Solver::State::intern(const Package& package) {
  auto [it, is_new] = ids.emplace(package, static_cast<PackageId>(packages.size()));
  if (!is_new) return it->second;
  PackageId id = it->second;
  packages.push_back({package, std::nullopt, nullptr, {}, {}, std::nullopt});
  project_of.push_back(id);
  if (package.is_virtual()) project_of[id] = intern(package.base());
  PackageId end = static_cast<PackageId>(packages.size());
  store.grow(end);
  partial.grow(end);
  priorities.grow(end);
  return id;
}

Range Solver::State::widened(PackageId project, const Range& range) const {
  const auto& versions = packages[project].versions;
  return versions ? range.widened(*versions) : range;
}

void Solver::State::add_root(const Dependency& root) {
  PackageId project = project_id(root.package), object = intern(root.package);
  priorities.discover(project, rank_of(root));
  Incompatibility needed = about_object(Incompatibility::Kind::root, object, root);
  needed.terms = {{project, {false, root.range}}};
  IncompatibilityId id = store.add(needed);
  if (root.range.is_empty()) failure = id;
  touch(project);
  if (object == project) return;
  needed.terms = {{object, not_wanted()}};
  store.add(std::move(needed));
  touch(object);
}

void Solver::State::add_constraint(const Dependency& constraint) {
  PackageId project = project_id(constraint.package);
  if (rank_of(constraint) != Priorities::Rank::plain)
    priorities.discover(project, rank_of(constraint));
  if (constraint.range.is_full()) return;
  Incompatibility bound = about_object(Incompatibility::Kind::constraint, project, constraint);
  bound.terms = {{project, {true, constraint.range.complement()}}};
  store.add(std::move(bound));
  touch(project);
}

void Solver::State::add_dependency(PackageId subject, const pep::Version& version,
                                   const Range& versions, const Dependency& need,
                                   std::vector<IncompatibilityId>& added) {
  PackageId project = project_of[subject];
  PackageId needed = project_id(need.package), object = intern(need.package);
  priorities.discover(needed, rank_of(need));
  Incompatibility dependency = about_object(Incompatibility::Kind::dependency, object, need);
  dependency.subject = subject;
  dependency.subject_range = versions;
  dependency.terms = {{project, {true, versions}}};
  if (subject != project) dependency.terms.emplace_back(subject, wanted());
  if (object != needed && object != subject) {
    Incompatibility extra = dependency;
    extra.terms.emplace_back(object, not_wanted());
    added.push_back(store.add_joined(std::move(extra), project));
  }
  if (needed == project) {
    if (need.range.contains(version)) return;  // it is what it needs
  } else {
    dependency.terms.emplace_back(needed, Term{false, need.range});
  }
  added.push_back(store.add_joined(std::move(dependency), project));
}

void Solver::State::add_unusable(PackageId subject, const Range& versions, const Reason& reason) {
  PackageId project = project_of[subject];
  Incompatibility unusable;
  unusable.kind =
      reason.text.empty() ? Incompatibility::Kind::no_version : Incompatibility::Kind::unavailable;
  unusable.subject = subject;
  unusable.subject_range = versions;
  unusable.text = reason.text;
  unusable.reason = reason.code;
  unusable.terms = {{project, {true, versions}}};
  if (subject != project) unusable.terms.emplace_back(subject, wanted());
  if (reason.text.empty())
    store.add(std::move(unusable));
  else
    store.add_joined(std::move(unusable), project);
  touch(project);
}

void Solver::State::touch(PackageId package) {
  if (std::find(dirty.begin(), dirty.end(), package) == dirty.end()) dirty.push_back(package);
}

std::optional<IncompatibilityId> Solver::State::propagate_from(PackageId package) {
  store.tidy(package);
  const std::vector<IncompatibilityId>& about = store.about(package);
  for (auto id = about.rbegin(); id != about.rend(); ++id) {
    if (store.is_contradicted(*id)) continue;
    PartialSolution::Judgement judgement = partial.judge(store[*id]);
    if (judgement.relation == PartialSolution::Relation::satisfied) return *id;
    if (judgement.relation == PartialSolution::Relation::inconclusive) continue;
    if (judgement.relation == PartialSolution::Relation::almost_satisfied) {
      partial.derive(judgement.package, store.term_of(*id, judgement.package).negated(), *id);
      touch(judgement.package);
    }
    store.contradict(*id, partial.level());
  }
  return std::nullopt;
}

bool Solver::State::propagate() {
  while (!failure && !dirty.empty()) {
    PackageId package = dirty.back();
    dirty.pop_back();
    std::optional<IncompatibilityId> satisfied = propagate_from(package);
    if (!satisfied) continue;
    ++counts.conflicts;
    std::variant<Learned, NoSolution> outcome = learn(*satisfied, store, partial);
    if (const NoSolution* none = std::get_if<NoSolution>(&outcome)) {
      failure = none->id;
      break;
    }
    const Learned& learned = std::get<Learned>(outcome);
    partial.derive(learned.package, store.term_of(learned.id, learned.package).negated(),
                   learned.id);
    store.contradict(learned.id, partial.level());
    dirty.assign(1, learned.package);
    priorities.record_conflict(last_decided, learned.package, store[learned.id], project_of);
  }
  return !failure;
}

/// Goes back before decisions that gave trouble, so that the new order of decisions takes effect.
void Solver::State::reconsider() {
  for (PackageId package : priorities.promote(project_of)) {
    if (!partial.is_decided(package)) continue;
    std::uint32_t level = partial.decision_level(package) - 1;
    partial.undo_above(level);
    store.undo_above(level);
    for (PackageId id = 0; id < partial.end(); ++id) {
      if (!partial.term(id).is_any()) touch(id);
    }
  }
}

bool Solver::State::can_decide(PackageId package) const {
  if (!partial.is_wanted(package) || partial.is_decided(package)) return false;
  return project_of[package] == package || partial.is_decided(project_of[package]);
}

Priorities::Key Solver::State::key(PackageId package) const {
  Priorities::Key key = priorities.key(project_of[package]);
  if (project_of[package] != package)
    key.rank = std::max(key.rank, Priorities::Rank::pinned);  // to its project's version
  return key;
}

std::optional<PackageId> Solver::State::next_package() const {
  std::optional<PackageId> best;
  for (PackageId id = 0; id < partial.end(); ++id) {
    if (can_decide(id) && (!best || key(id) > key(*best))) best = id;
  }
  return best;
}

void Solver::State::take(PackageId package, const pep::Version& version) {
  partial.decide(package, version, project_of[package] != package);
  last_decided = package;
  ++counts.decisions;
  touch(package);
}

void Solver::State::settle(PackageId package, const pep::Version& version) {
  last_decided = package;
  packages[package].tried.insert(version);
  if (packages[package].told.contains(version))
    take(package, version);
  else
    question = NeedDependencies{package, version};
}

Solved Solver::State::solution() const {
  Solved solved;
  for (const auto& [package, id] : ids) {
    if (partial.is_decided(id)) solved.decisions.push_back({package, partial.version(id)});
  }
  return solved;
}

Conflict Solver::State::conflict() const {
  Derivation why = store.proof(*failure);
  for (const PackageInfo& info : packages) {
    why.packages.push_back(info.package);
    why.versions.push_back(info.versions ? std::make_shared<const std::vector<pep::Version>>(
                                               Range::full().select(*info.versions))
                                         : nullptr);
  }
  return {std::move(why)};
}

}  // namespace pipit::solve
