// PubGrub's partial solution: what is decided and what follows from it, in order of time.
#pragma once
#include <optional>
#include <utility>
#include <vector>

#include "solve/incompatibility_store.h"

namespace pipit::solve {

/// Level 0 holds what follows from the roots alone; each decision opens a level, which ends when
/// the decision is undone.
class PartialSolution {
 public:
  enum class Relation : std::uint8_t { satisfied, almost_satisfied, contradicted, inconclusive };
  struct Judgement {
    Relation relation = Relation::inconclusive;
    PackageId package = 0;  // almost satisfied: the only one whose term is not implied yet
  };
  /// How an incompatibility stands to what is known of its packages.
  Judgement judge(const Incompatibility& incompatibility) const;
  /// The same, were `package` decided to be `version`.
  bool would_satisfy(const Incompatibility& incompatibility, PackageId package,
                     const pep::Version& version) const;

  /// Makes room for packages up to `end`; to be called before they are named.
  void grow(PackageId end) { packages_.resize(end); }
  /// Opens a level. A virtual package has no versions: for it nothing more becomes known than that
  /// it is wanted.
  void decide(PackageId package, const pep::Version& version, bool is_virtual);
  /// `term` follows from the incompatibility `cause` and all that came before.
  void derive(PackageId package, const Term& term, IncompatibilityId cause);
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

  /// The moment at which a satisfied incompatibility became so.
  struct Satisfier {
    PackageId package = 0;
    std::optional<IncompatibilityId> cause;  // none: a decision
    std::uint32_t level = 0;                 // of the satisfier
    std::uint32_t previous_level = 0;  // at which the rest of the incompatibility already held
  };
  /// The incompatibility must be satisfied and have a term.
  Satisfier satisfier(IncompatibilityId id, const IncompatibilityStore& store) const;

 private:
  struct DatedDerivation {
    std::uint32_t time, level;
    IncompatibilityId cause;
    Term known;  // with all before it
  };
  struct PackageHistory {
    std::vector<DatedDerivation> derived;
    std::optional<pep::Version> decision;
    std::uint32_t decision_time = 0, decision_level = 0;
    Term term = Term::any();  // all together
  };
  struct Moment {
    std::uint32_t time = 0, level = 0;
    std::optional<IncompatibilityId> cause;
  };
  /// When the package's assignments began to exclude `term`.
  Moment first_excluding(const PackageHistory& package, const Term& term) const;

  std::vector<PackageHistory> packages_;
  /// Package and level of each assignment; its index is the time.
  std::vector<std::pair<PackageId, std::uint32_t>> trail_;
  std::uint32_t level_ = 0;
};

}  // namespace pipit::solve
