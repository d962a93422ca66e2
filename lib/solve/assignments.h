// What is chosen and what follows from it, in order of time.
#pragma once
#include <optional>
#include <utility>
#include <vector>

#include "solve/facts.h"

namespace pipit::solve {

/// The partial solution. Level 0 holds what follows from the roots alone; each decision opens a
/// level, which ends when it is undone.
class Assignments {
 public:
  enum class Relation : std::uint8_t { satisfied, almost, contradicted, open };
  struct Judgement {
    Relation relation = Relation::open;
    PackageId package = 0;  // almost: the only one whose term is not implied yet
  };
  /// How a statement stands to what is known of its packages.
  Judgement judge(const Statement& statement) const;
  /// The same, were `package` decided to be `version`.
  bool would_satisfy(const Statement& statement, PackageId package,
                     const pep::Version& version) const;

  /// Makes room for packages up to `end`; to be called before they are named.
  void grow(PackageId end) { packages_.resize(end); }
  /// Opens a level. A virtual package has no versions: for it nothing more becomes known than that
  /// it is wanted.
  void decide(PackageId package, const pep::Version& version, bool is_virtual);
  /// `term` follows from the statement `cause` and all that came before.
  void derive(PackageId package, const Term& term, FactId cause);
  void undo_above(std::uint32_t level);

  std::uint32_t level() const { return level_; }
  /// What is known of the package; Term::any() when nothing is.
  const Term& term(PackageId package) const { return packages_[package].term; }
  /// What is known of the package whatever is decided: level 0's part of term().
  Term lasting(PackageId package) const;
  bool is_decided(PackageId package) const { return packages_[package].decision.has_value(); }
  bool is_wanted(PackageId package) const { return term(package).positive; }  // decided or not
  /// Only when decided.
  const pep::Version& version(PackageId package) const { return *packages_[package].decision; }
  /// The level that its decision opened; only when decided.
  std::uint32_t decision_level(PackageId package) const {
    return packages_[package].decision_level;
  }
  PackageId end() const { return static_cast<PackageId>(packages_.size()); }

  /// The moment at which a satisfied statement became so.
  struct Satisfier {
    PackageId package = 0;
    std::optional<FactId> cause;       // none: a decision
    std::uint32_t level = 0;           // of the satisfier
    std::uint32_t previous_level = 0;  // at which the rest of the statement already held
  };
  /// The statement must be satisfied and have a term.
  Satisfier satisfier(FactId fact, const Facts& facts) const;

 private:
  struct Dated {
    std::uint32_t time, level;
    FactId cause;
    Term known;  // with all before it
  };
  struct PackageAssignments {
    std::vector<Dated> derived;
    std::optional<pep::Version> decision;
    std::uint32_t decision_time = 0, decision_level = 0;
    Term term = Term::any();  // all together
  };
  struct Moment {
    std::uint32_t time = 0, level = 0;
    std::optional<FactId> cause;
  };
  /// When the package's assignments began to exclude `term`.
  Moment first_excluding(const PackageAssignments& package, const Term& term) const;

  std::vector<PackageAssignments> packages_;
  std::vector<std::pair<PackageId, std::uint32_t>>
      trail_;  // package and level of each assignment; its index is the time
  std::uint32_t level_ = 0;
};

}  // namespace pipit::solve
