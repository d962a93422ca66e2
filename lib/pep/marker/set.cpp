// Sets of environments. A set keeps its diagram as a value (forest.cpp explains them); an operation
// copies the diagrams it needs into a forest of its own, computes there, and copies the result out,
// in an order that depends on the set alone. Operations share nothing, so there is nothing to lock;
// sets are small, and copying them in is cheap.
#include "pep/marker/set.h"

#include <algorithm>

#include "base/text.h"
#include "pep/marker/comparison.h"
#include "pep/marker/cover.h"
#include "pep/marker/forest.h"
#include "pep/name.h"

namespace pipit::pep {
namespace {

// The most work per operation, counted in children of branches: a tenth of a second at worst.
constexpr std::size_t kMaxSetWork = 100'000;

// Reads one marker. With `active`, comparisons of extras are decided at once.
class MarkerReader {
 public:
  MarkerReader(MarkerForest& forest, const std::span<const std::string>* active)
      : forest_(forest), active_(active) {}

  // A marker's text may be long, but nests at most 64 deep.
  MarkerRef read(const Marker::NodePtr& node) {
    if (node->kind == Marker::Node::Kind::comparison) return comparison(node);
    std::vector<MarkerRef> parts;
    for (const Marker::NodePtr& child : node->children) parts.push_back(read(child));
    const bool every = node->kind == Marker::Node::Kind::all;
    return forest_.join(every ? MarkerOperation::both : MarkerOperation::either, std::move(parts));
  }

 private:
  MarkerRef comparison(const Marker::NodePtr& node) {
    if (!forest_.spend(1)) return kMarkerFalse;
    const MarkerOperand& variable = node->left.variable ? node->left : node->right;
    if (active_ && variable.text == "extra") return Marker::of(node).evaluate({}, *active_);
    return marker_comparison_set(forest_, *node);
  }

  MarkerForest& forest_;
  const std::span<const std::string>* active_;
};

// The child that an environment leads to.
class EnvironmentWalk {
 public:
  EnvironmentWalk(const MarkerEnvironment& env, std::span<const std::string> extras)
      : env_(env), extras_(extras) {}

  std::size_t child(const MarkerBranch& branch) const {
    const MarkerQuestion& question = branch.question;
    if (question.opaque) return marker_comparison_holds(question.text, env_, extras_);
    if (question.subject == MarkerSubject::extra) return is_active(question.text);
    const std::string& value = *marker_variable(env_, marker_subject_name(question.subject));
    if (is_version_subject(question.subject)) return interval(branch, value);
    const auto at = std::ranges::lower_bound(branch.values, value);
    if (at == branch.values.end() || *at != value) return 0;
    return static_cast<std::size_t>(at - branch.values.begin()) + 1;
  }

 private:
  // A Python built from a checkout calls itself "3.13.0+".
  static std::size_t interval(const MarkerBranch& branch, std::string_view value) {
    if (value.ends_with('+')) value.remove_suffix(1);
    const std::optional<Version> version = Version::parse(value);
    if (!version) return 0;
    const auto above = std::ranges::upper_bound(branch.cuts, *version);
    return static_cast<std::size_t>(above - branch.cuts.begin());
  }

  bool is_active(const std::string& extra) const {
    if (extra.empty()) {
      return std::ranges::all_of(extras_, [](const std::string& one) { return one.empty(); });
    }
    return std::ranges::any_of(
        extras_, [&](const std::string& one) { return normalize_name(one) == extra; });
  }

  const MarkerEnvironment& env_;
  std::span<const std::string> extras_;
};

// The release in its shortest form: "3.9" for 3.9.0.
Version short_release(const Version& version, std::uint64_t further) {
  const std::span<const std::uint64_t> numbers = version.release();
  std::vector<std::uint64_t> release(numbers.begin(), numbers.end());
  release.back() += further;
  while (release.size() > 2 && release.back() == 0) release.pop_back();
  return Version::from_release(version.epoch(), std::move(release));
}

}  // namespace

MarkerSet MarkerSet::all() {
  MarkerSet set;
  set.kind_ = Kind::all;
  return set;
}

MarkerSet MarkerSet::of(const Marker& marker) {
  if (marker.is_true()) return all();
  MarkerForest forest(kMaxSetWork);
  const MarkerRef root = MarkerReader(forest, nullptr).read(marker.node());
  return MarkerSetAccess::set_of(forest, root);
}

MarkerSet MarkerSet::of(const Marker& marker, std::span<const std::string> active) {
  if (marker.is_true()) return all();
  MarkerForest forest(kMaxSetWork);
  const MarkerRef root = MarkerReader(forest, &active).read(marker.node());
  return MarkerSetAccess::set_of(forest, root);
}

MarkerSet MarkerSet::python_at_least(const Version& version) {
  MarkerForest forest(kMaxSetWork);
  const MarkerRef root = marker_python_from(forest, version);
  return MarkerSetAccess::set_of(forest, root);
}

MarkerSet MarkerSet::python_in(const SpecifierSet& requires_python, PythonBounds bounds) {
  MarkerForest forest(kMaxSetWork);
  std::vector<MarkerRef> parts;
  for (const Specifier& clause : requires_python.clauses()) {
    const MarkerRef part = marker_python_set(forest, clause);
    if (bounds == PythonBounds::all || MarkerForest::is_end(part)) {
      parts.push_back(part);
      continue;
    }
    const MarkerBranch& branch = forest.branch(part);
    if (branch.children[0] == kMarkerTrue) continue;
    parts.push_back(marker_python_from(forest, branch.cuts[0]));
  }
  const MarkerRef root = forest.join(MarkerOperation::both, std::move(parts));
  return MarkerSetAccess::set_of(forest, root);
}

namespace {

MarkerSet applied(MarkerOperation operation, const MarkerSet& a, const MarkerSet& b) {
  MarkerForest forest(kMaxSetWork);
  const MarkerRef left = MarkerSetAccess::ref_of(forest, a);
  const MarkerRef right = MarkerSetAccess::ref_of(forest, b);
  const MarkerRef root = forest.apply(operation, left, right);
  return MarkerSetAccess::set_of(forest, root);
}

}  // namespace

MarkerSet MarkerSet::operator&(const MarkerSet& other) const {
  if (is_none() || other.is_all()) return *this;
  if (is_all() || other.is_none()) return other;
  if (!is_known() || (other.is_known() && diagram_ == other.diagram_)) return *this;
  return other.is_known() ? applied(MarkerOperation::both, *this, other) : other;
}

MarkerSet MarkerSet::operator|(const MarkerSet& other) const {
  if (is_all() || other.is_none()) return *this;
  if (is_none() || other.is_all()) return other;
  if (!is_known() || (other.is_known() && diagram_ == other.diagram_)) return *this;
  return other.is_known() ? applied(MarkerOperation::either, *this, other) : other;
}

MarkerSet MarkerSet::operator-(const MarkerSet& other) const {
  if (is_none() || other.is_none()) return *this;
  if (other.is_all()) return none();
  if (!is_known()) return *this;
  return other.is_known() ? applied(MarkerOperation::without, *this, other) : other;
}

MarkerSet MarkerSet::operator~() const { return all() - *this; }

std::strong_ordering MarkerSet::operator<=>(const MarkerSet& other) const {
  if (kind_ != other.kind_ || diagram_ == other.diagram_) return kind_ <=> other.kind_;
  const std::vector<MarkerBranch>& a = diagram_->branches;
  const std::vector<MarkerBranch>& b = other.diagram_->branches;
  if (a.size() != b.size()) return a.size() <=> b.size();
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (auto order = compare_branches(a[i], b[i]); order != 0) return order;
  }
  return std::strong_ordering::equal;
}

bool MarkerSet::contains(const MarkerEnvironment& env, std::span<const std::string> extras) const {
  if (!diagram_) return !is_none();
  const EnvironmentWalk walk(env, extras);
  MarkerRef at = diagram_->root();
  while (!MarkerForest::is_end(at)) {
    const MarkerBranch& branch = diagram_->branches[at - 2];
    at = branch.children[walk.child(branch)];
  }
  return at == kMarkerTrue;
}

bool MarkerSet::mentions_extra() const {
  return diagram_ && std::ranges::any_of(diagram_->branches, [](const MarkerBranch& branch) {
           return branch.question.subject == MarkerSubject::extra;
         });
}

MarkerSet MarkerSet::without_extras(std::span<const std::string> active) const {
  if (!mentions_extra()) return *this;
  std::vector<std::string> names;
  for (const std::string& extra : active) {
    if (!extra.empty()) names.push_back(normalize_name(extra));
  }
  if (names.empty()) names.emplace_back();  // `extra == ""` means no extra
  MarkerForest forest(kMaxSetWork);
  const MarkerRef root = forest.decide_extras(forest.take_in(*diagram_), names);
  return MarkerSetAccess::set_of(forest, root);
}

MarkerSet::PythonHull MarkerSet::python_hull() const {
  if (!diagram_) return {};
  const MarkerBranch& top = diagram_->branches.back();
  if (top.question.subject != MarkerSubject::python || top.question.opaque) return {};
  PythonHull hull;
  std::size_t low = 0, high = top.children.size() - 1;
  while (low < high && top.children[low] == kMarkerFalse) ++low;
  while (high > low && top.children[high] == kMarkerFalse) --high;
  if (low > 0) hull.lowest = short_release(top.cuts[low - 1], 0);
  if (high + 1 < top.children.size()) {
    // Something of the release itself lies below a place that is not below its pre-releases.
    const bool inside = !top.cuts[high].dev();
    hull.end = short_release(top.cuts[high], inside);
  }
  return hull;
}

Result<Marker> MarkerSet::simplified(const MarkerSet& given) const {
  return covering_marker(*this, given);
}

std::string MarkerSet::str() const {
  const Result<Marker> marker = simplified();
  return marker ? marker->str() : "?";
}

}  // namespace pipit::pep
