// Where decision diagrams are computed with.
#pragma once
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "pep/marker/diagram.h"
#include "pep/marker/set.h"

namespace pipit::pep {

enum class MarkerOperation : std::uint8_t { both, either, without };

/// The diagrams of one operation, reduced and shared: equal sets have equal references. When the
/// operation grows too big, every result is kMarkerFalse and overflowed() is true.
class MarkerForest {
 public:
  explicit MarkerForest(std::size_t max_work) : max_work_(max_work) {}

  MarkerRef apply(MarkerOperation operation, MarkerRef a, MarkerRef b);
  /// Joins all of them in pairs, so that long lists stay cheap.
  MarkerRef join(MarkerOperation operation, std::vector<MarkerRef> refs);
  MarkerRef complement(MarkerRef a) { return apply(MarkerOperation::without, kMarkerTrue, a); }
  /// Makes a branch, whose children must exist. It is reduced, so the result may be another one or
  /// none.
  MarkerRef make(MarkerBranch branch);
  /// The set where the knowledge holds, without questions whose answers are known.
  MarkerRef restrict(MarkerRef a, const MarkerKnowledge& known);
  /// Answers every question about extras: those in `active`, normal names, are active.
  MarkerRef decide_extras(MarkerRef a, std::span<const std::string> active);

  MarkerRef take_in(const MarkerDiagram& diagram);
  std::shared_ptr<const MarkerDiagram> take_out(MarkerRef root) const;
  const MarkerBranch& branch(MarkerRef ref) const { return branches_[ref - 2]; }
  static bool is_end(MarkerRef ref) { return ref <= kMarkerTrue; }

  /// Counts work; false when it was too much.
  bool spend(std::size_t work);
  bool overflowed() const { return overflowed_; }

 private:
  struct Sides {
    MarkerOperation operation;
    MarkerRef a, b;
    const MarkerBranch *left, *right;  // null where the side does not ask
    MarkerRef child_a(std::size_t i) const { return left ? left->children[i] : a; }
    MarkerRef child_b(std::size_t i) const { return right ? right->children[i] : b; }
  };
  MarkerRef apply_branches(MarkerOperation operation, MarkerRef a, MarkerRef b);
  void apply_versions(const Sides& sides, MarkerBranch& out);
  void apply_values(const Sides& sides, MarkerBranch& out);
  void reduce_versions(MarkerBranch& branch) const;
  void reduce_values(MarkerBranch& branch);
  MarkerRef unique(MarkerBranch branch);
  MarkerRef value_child(MarkerRef at, const MarkerKnowledge& known);
  std::uint32_t number_of(const MarkerKnowledge& known);

  std::deque<MarkerBranch> branches_;                    // references stay valid as it grows
  std::vector<MarkerRef> next_;                          // same hash
  std::unordered_map<std::uint64_t, MarkerRef> unique_;  // hash to the first
  std::unordered_map<std::uint64_t, MarkerRef> applied_, restricted_;
  std::map<std::pair<MarkerSubject, std::string>, std::uint32_t> knowledge_;  // to its number
  std::size_t work_ = 0, max_work_, depth_ = 0;
  bool overflowed_ = false;
};

/// Access of MarkerSet to its diagram.
struct MarkerSetAccess {
  static MarkerSet set_of(const MarkerForest& forest, MarkerRef root);
  /// The set must be known.
  static MarkerRef ref_of(MarkerForest& forest, const MarkerSet& set);
};

}  // namespace pipit::pep
