// What the solver knows: statements, by package, with equal ones of neighbouring versions joined.
#pragma once
#include <limits>
#include <map>
#include <memory>
#include <vector>

#include "solve/derivation.h"

namespace pipit::solve {

using FactId = std::uint32_t;
inline constexpr std::uint32_t kNoLevel = std::numeric_limits<std::uint32_t>::max();

/// The store of statements. A statement never changes; one that a wider one replaces stays for the
/// proofs that used it.
class Facts {
 public:
  const Statement& operator[](FactId id) const { return *all_[id]; }
  /// What the statement says about one of its packages.
  const Term& term_of(FactId id, PackageId package) const;
  std::size_t size() const { return all_.size(); }
  /// The statements to look at when something about `package` changes, oldest first.
  const std::vector<FactId>& about(PackageId package) const { return lists_[package].ids; }
  /// Makes room for packages up to `end`; to be called before they are named.
  void grow(PackageId end) { lists_.resize(end); }

  /// Stores without listing: a step of a proof. Terms that always hold are dropped, the rest
  /// sorted.
  FactId store(Statement statement);
  /// Lists a stored statement under its packages.
  void list(FactId id);
  FactId add(Statement statement);  // both
  /// The same for "versions of `subject` need `object`" (in `terms`) or "versions of `subject`
  /// cannot be used"; joined with an earlier one that differs only in subject_range and the term of
  /// `versioned`, the package that has the versions.
  FactId add_joined(Statement statement, PackageId versioned);

  /// Notes that a statement cannot matter at `level` or above until it is undone; lists are skipped
  /// by it.
  void contradict(FactId id, std::uint32_t level);
  bool is_contradicted(FactId id) const { return contradicted_[id] != kNoLevel; }
  /// Forgets what contradict() noted for levels above `level`.
  void undo_above(std::uint32_t level);
  /// Unlists what can never matter again (contradicted at level 0), when it is worth the while.
  void tidy(PackageId package);

  /// What a proof of `last` consists of.
  Derivation proof(FactId last) const;

 private:
  struct Key {
    Statement::Kind kind;
    PackageId subject, object;
    auto operator<=>(const Key&) const = default;
  };
  struct List {
    std::vector<FactId> ids;
    std::size_t tidy_at = 64;
  };
  void unlist(FactId id);

  std::vector<std::shared_ptr<const Statement>> all_;
  std::vector<List> lists_;                      // by package
  std::map<Key, std::vector<FactId>> joinable_;  // newest last
  std::vector<std::uint32_t> contradicted_;      // by fact: the level at which, or kNoLevel
  std::vector<FactId> contradicted_trail_;       // in order of levels
};

}  // namespace pipit::solve
