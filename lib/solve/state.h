// The inside of the solver: what it knows, and the search.
#pragma once
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "solve/learn.h"
#include "solve/priority.h"
#include "solve/solver.h"

namespace pipit::solve {

struct Solver::State {
  using Question = std::variant<std::monostate, NeedCandidate, NeedDependencies>;
  struct PackageInfo {
    Package package;
    std::optional<KnownVersions> versions;       // from set_versions()
    std::shared_ptr<const void> versions_owner;  // what they are read from
    std::set<pep::Version> told;   // versions whose dependencies are known
    std::set<pep::Version> tried;  // versions ever decided on
    std::optional<std::pair<Range, pep::Version>> last_choice;
  };

  std::vector<PackageInfo> packages;  // by id
  std::vector<PackageId> project_of;  // by id
  std::map<Package, PackageId> ids;
  IncompatibilityStore store;
  PartialSolution partial;
  Priorities priorities;
  std::vector<PackageId> dirty;  // to propagate from, last first
  Question question;
  std::optional<IncompatibilityId> failure;
  PackageId last_decided = 0;
  Counts counts;
  std::string refusal;

  PackageId intern(const Package& package);
  PackageId project_id(const Package& package) { return intern(package.base()); }
  /// `range` up to the versions that are not in it.
  Range widened(PackageId project, const Range& range) const;

  // The driver's answers become incompatibilities.

  void add_root(const Dependency& root);
  void add_constraint(const Dependency& constraint);
  /// Adds what one dependency of `version` of `subject` means.
  void add_dependency(PackageId subject, const pep::Version& version, const Range& versions,
                      const Dependency& need, std::vector<IncompatibilityId>& added);
  void add_unusable(PackageId subject, const Range& versions, const Reason& reason);

  // The search.

  void touch(PackageId package);
  /// Unit propagation, and learning from each conflict; false: `failure` is set.
  bool propagate();
  /// Propagates up to the first incompatibility that is satisfied.
  std::optional<IncompatibilityId> propagate_from(PackageId package);
  void reconsider();
  std::optional<PackageId> next_package() const;
  Priorities::Key key(PackageId package) const;
  bool can_decide(PackageId package) const;
  /// Decides, or asks for dependencies first.
  void settle(PackageId package, const pep::Version& version);
  void take(PackageId package, const pep::Version& version);
  Solved solution() const;
  Conflict conflict() const;
};

}  // namespace pipit::solve
