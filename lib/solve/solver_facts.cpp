// What the driver tells, as statements of the form "these terms cannot all hold".
//
//   root needs b>=2                 { not b>=2 }
//   a 1 needs b>=2                  { a 1, not b>=2 }
//   a 1 needs b[x]>=2               the same, and { a 1, not b[x] }
//   extra x of a 1 needs c          { a 1, a[x], not c }
//   b is constrained to <3          { b>=3 }
//   a 1 cannot be used              { a 1 }
//
// An extra is a package that is merely wanted or not, beside its project. It has no versions that
// would have to be kept equal to the project's by one statement for each, and what its requirements
// forbid is learned about the project's versions directly.
//
// "a 1" is widened to all versions between the known neighbours of 1: nothing is there, so it says
// the same, but neighbours then join to one piece instead of a row of points.
#include "solve/state.h"

namespace pipit::solve {

namespace {

Term wanted() { return {true, Range::full()}; }
Term not_wanted() { return {false, Range::full()}; }

Priorities::Rank rank_of(const Dependency& need) {
  if (need.direct_url) return Priorities::Rank::direct_url;
  return need.range.is_pinned() ? Priorities::Rank::pinned : Priorities::Rank::plain;
}

}  // namespace

PackageId Solver::State::intern(const Package& package) {
  auto [it, is_new] = ids.emplace(package, static_cast<PackageId>(packages.size()));
  if (!is_new) return it->second;
  PackageId id = it->second;
  packages.push_back({package, nullptr, {}, {}, std::nullopt});
  project_of.push_back(id);
  if (package.is_virtual()) project_of[id] = intern(package.base());
  PackageId end = static_cast<PackageId>(packages.size());
  facts.grow(end);
  chosen.grow(end);
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
  Statement fact{Statement::Kind::root,
                 {{project, {false, root.range}}},
                 0,
                 {},
                 object,
                 root.text,
                 root.origin,
                 0,
                 0};
  if (root.range.is_empty())
    failure = facts.add(fact);
  else
    facts.add(fact);
  touch(project);
  if (object == project) return;
  fact.terms = {{object, not_wanted()}};
  facts.add(std::move(fact));
  touch(object);
}

void Solver::State::add_constraint(const Dependency& constraint) {
  PackageId project = project_id(constraint.package);
  if (rank_of(constraint) != Priorities::Rank::plain)
    priorities.discover(project, rank_of(constraint));
  if (constraint.range.is_full()) return;
  facts.add({Statement::Kind::constraint,
             {{project, {true, constraint.range.complement()}}},
             0,
             {},
             project,
             constraint.text,
             constraint.origin,
             0,
             0});
  touch(project);
}

void Solver::State::add_dependency(PackageId subject, const pep::Version& version,
                                   const Range& versions, const Dependency& need,
                                   std::vector<FactId>& added) {
  PackageId project = project_of[subject];
  PackageId needed = project_id(need.package), object = intern(need.package);
  priorities.discover(needed, rank_of(need));
  Statement fact{Statement::Kind::dependency,
                 {{project, {true, versions}}},
                 subject,
                 versions,
                 object,
                 need.text,
                 need.origin,
                 0,
                 0};
  if (subject != project) fact.terms.emplace_back(subject, wanted());
  if (object != needed && object != subject) {
    Statement extra = fact;
    extra.terms.emplace_back(object, not_wanted());
    added.push_back(facts.add_joined(std::move(extra), project));
  }
  if (needed == project) {
    if (need.range.contains(version)) return;  // it is what it needs
  } else {
    fact.terms.emplace_back(needed, Term{false, need.range});
  }
  added.push_back(facts.add_joined(std::move(fact), project));
}

void Solver::State::add_unusable(PackageId subject, const Range& versions,
                                 const std::string& reason) {
  PackageId project = project_of[subject];
  Statement fact{reason.empty() ? Statement::Kind::no_version : Statement::Kind::unavailable,
                 {{project, {true, versions}}},
                 subject,
                 versions,
                 0,
                 reason,
                 {},
                 0,
                 0};
  if (subject != project) fact.terms.emplace_back(subject, wanted());
  if (reason.empty())
    facts.add(std::move(fact));
  else
    facts.add_joined(std::move(fact), project);
  touch(project);
}

}  // namespace pipit::solve
