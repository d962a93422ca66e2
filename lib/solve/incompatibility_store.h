// All incompatibilities that the solver knows, listed by package; equal ones of neighbouring
// versions are joined.
#pragma once
#include <limits>
#include <map>
#include <memory>
#include <vector>

#include "solve/derivation.h"

namespace pipit::solve {

using IncompatibilityId = std::uint32_t;
inline constexpr std::uint32_t kNoLevel = std::numeric_limits<std::uint32_t>::max();

/// An incompatibility never changes; one that a wider one replaces stays for the proofs that used
/// it.
class IncompatibilityStore {
 public:
  const Incompatibility& operator[](IncompatibilityId id) const { return *all_[id]; }
  /// What the incompatibility says about one of its packages.
  const Term& term_of(IncompatibilityId id, PackageId package) const;
  std::size_t size() const { return all_.size(); }
  /// The incompatibilities to look at when something about `package` changes, oldest first.
  const std::vector<IncompatibilityId>& about(PackageId package) const {
    return lists_[package].ids;
  }
  /// Makes room for packages up to `end`; to be called before they are named.
  void grow(PackageId end) { lists_.resize(end); }

  /// Adds a step of a proof, which is not listed under any package. Terms that always hold are
  /// dropped, the others sorted.
  IncompatibilityId add_unlisted(Incompatibility incompatibility);
  /// Lists a stored incompatibility under its packages.
  void list(IncompatibilityId id);
  /// add_unlisted() and list().
  IncompatibilityId add(Incompatibility incompatibility);
  /// As add(), for "versions of `subject` need `object`" (in `terms`) or "versions of `subject`
  /// cannot be used"; joins it with an earlier one that differs only in subject_range and the term
  /// of `versioned`, the package that has the versions.
  IncompatibilityId add_joined(Incompatibility incompatibility, PackageId versioned);

  /// Notes that an incompatibility cannot matter at `level` or above until that is undone; the
  /// search skips it.
  void contradict(IncompatibilityId id, std::uint32_t level);
  bool is_contradicted(IncompatibilityId id) const { return contradicted_[id] != kNoLevel; }
  /// Forgets what contradict() noted for levels above `level`.
  void undo_above(std::uint32_t level);
  /// Unlists what can never matter again (contradicted at level 0), when that pays.
  void tidy(PackageId package);

  /// The incompatibilities that a proof of `last` consists of.
  Derivation proof(IncompatibilityId last) const;

 private:
  struct Key {
    Incompatibility::Kind kind;
    PackageId subject, object;
    auto operator<=>(const Key&) const = default;
  };
  struct List {
    std::vector<IncompatibilityId> ids;
    std::size_t tidy_at = 64;
  };
  void unlist(IncompatibilityId id);

  std::vector<std::shared_ptr<const Incompatibility>> all_;
  std::vector<List> lists_;                                 // by package
  std::map<Key, std::vector<IncompatibilityId>> joinable_;  // newest last
  std::vector<std::uint32_t> contradicted_;            // by id: the level at which, or kNoLevel
  std::vector<IncompatibilityId> contradicted_trail_;  // in order of levels
};

}  // namespace pipit::solve
