// Decision diagrams behind MarkerSet. Only marker_*.cpp include this.
#pragma once
#include <compare>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "pep/marker.h"
#include "pep/marker_node.h"
#include "pep/marker_set.h"
#include "pep/version.h"

namespace pipit::pep {

/// What a diagram asks about, in the order in which it asks. `python` is both variables of Python's
/// version. What follows from another answer is asked after it (MarkerKnowledge).
enum class MarkerSubject : std::uint8_t {
  python,
  implementation_version,
  platform_release,
  sys_platform,
  os_name,
  platform_system,
  platform_machine,
  python_implementation,
  implementation_name,
  platform_version,
  extra
};
/// The variable's name in a marker; python is "python_full_version".
std::string_view marker_subject_name(MarkerSubject subject);
inline bool is_version_subject(MarkerSubject subject) {
  return subject <= MarkerSubject::platform_release;
}

/// One question: which version, which value (text is ""); or yes-no: is this extra active, does
/// this comparison, which is not understood any further, hold (`opaque`).
struct MarkerQuestion {
  MarkerSubject subject = MarkerSubject::python;
  bool opaque = false;
  std::string text;
  auto operator<=>(const MarkerQuestion&) const = default;
  bool is_yes_no() const { return opaque || subject == MarkerSubject::extra; }
};

using MarkerRef = std::uint32_t;
inline constexpr MarkerRef kMarkerFalse = 0, kMarkerTrue = 1;

/// A question and where each answer leads:
///   versions   children[i] where i of `cuts` (ascending) are not above the value; a value that is
///              no version lies below all cuts
///   values     children[i + 1] for values[i] (ascending), children[0] for all others
///   yes-no     children[0] for no, children[1] for yes
struct MarkerBranch {
  MarkerQuestion question;
  std::vector<Version> cuts;
  std::vector<std::string> values;
  std::vector<MarkerRef> children;
};
std::strong_ordering compare_branches(const MarkerBranch& a, const MarkerBranch& b);

/// A set as one value: children stand before their parents, the root last. References count from
/// 2; 0 and 1 are the two ends.
struct MarkerDiagram {
  std::vector<MarkerBranch> branches;
  MarkerRef root() const { return static_cast<MarkerRef>(branches.size()) + 1; }
};

/// That a variable has one value, and what follows from that.
struct MarkerKnowledge {
  MarkerSubject subject;
  std::string value;
  /// The value that `other` then has; null when that is open.
  const std::string* value_of(MarkerSubject other, std::string& buffer) const;
  /// The last subject, in order, that is known.
  MarkerSubject last() const;
};
/// The value of an earlier subject that is the same as this one: os_name "nt" is sys_platform
/// "win32".
std::optional<std::pair<MarkerSubject, std::string_view>> marker_leading_value(
    MarkerSubject subject, std::string_view value);

/// Whether the comparison, one of MarkerQuestion::text, holds.
bool marker_comparison_holds(const std::string& text, const MarkerEnvironment& env,
                             std::span<const std::string> extras = {});
/// The same where the subject, which must not be an extra, has that value.
bool marker_comparison_holds(const std::string& text, MarkerSubject subject,
                             const std::string& value);

enum class MarkerOperation : std::uint8_t { both, either, without };

/// The diagrams of one operation, reduced and shared: equal sets have equal references. When the
/// operation grows too big, every answer is kMarkerFalse and overflowed() says so.
class MarkerForest {
 public:
  explicit MarkerForest(std::size_t max_work) : max_work_(max_work) {}

  MarkerRef apply(MarkerOperation operation, MarkerRef a, MarkerRef b);
  /// Joins all of them in pairs, so that long lists stay cheap.
  MarkerRef join(MarkerOperation operation, std::vector<MarkerRef> refs);
  MarkerRef complement(MarkerRef a) { return apply(MarkerOperation::without, kMarkerTrue, a); }
  /// A branch, its children made before; reduced, so perhaps another one or none.
  MarkerRef make(MarkerBranch branch);
  /// The set where the knowledge holds, said without asking for what is known.
  MarkerRef restrict(MarkerRef a, const MarkerKnowledge& known);
  /// Every question about extras answered: those in `active`, normal names, are active.
  MarkerRef decide_extras(MarkerRef a, std::span<const std::string> active);

  MarkerRef take_in(const MarkerDiagram& diagram);
  std::shared_ptr<const MarkerDiagram> take_out(MarkerRef root) const;
  const MarkerBranch& branch(MarkerRef ref) const { return branches_[ref - 2]; }
  static bool is_end(MarkerRef ref) { return ref <= kMarkerTrue; }

  /// Counts work done; false when it was too much.
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

  std::deque<MarkerBranch> branches_;                    // references stay good while more are made
  std::vector<MarkerRef> next_;                          // same hash
  std::unordered_map<std::uint64_t, MarkerRef> unique_;  // hash to the first
  std::unordered_map<std::uint64_t, MarkerRef> applied_, restricted_;
  std::map<std::pair<MarkerSubject, std::string>, std::uint32_t> knowledge_;  // to its number
  std::size_t work_ = 0, max_work_, depth_ = 0;
  bool overflowed_ = false;
};

/// The set where one comparison holds.
MarkerRef marker_comparison_set(MarkerForest& forest, const Marker::Node& comparison);
/// Pythons whose release satisfies the clause.
MarkerRef marker_python_set(MarkerForest& forest, const Specifier& clause);
/// Pythons whose release is at least `version`.
MarkerRef marker_python_from(MarkerForest& forest, const Version& version);

/// Between MarkerSet and its diagram.
struct MarkerSetAccess {
  static MarkerSet set_of(const MarkerForest& forest, MarkerRef root);
  /// The set must be known.
  static MarkerRef ref_of(MarkerForest& forest, const MarkerSet& set);
};

}  // namespace pipit::pep
