// Sets of environments as decision diagrams.
//
// A diagram asks its questions in one fixed order and is reduced: no branch whose answers all lead
// to one place, no branch twice. So each set has one diagram, and comparing sets is comparing
// diagrams. A version is asked about once for all comparisons with it, so a branch has as many
// children as there are intervals between the versions that matter; texts are asked by value.
//
// Two things bend that rule, and both are kept canonical in the same way. A value may settle later
// questions: sys_platform "win32" settles os_name, and whether 'win' is in sys_platform. So the
// diagram below a value never asks what the value settles (restrict), and a value has a child of
// its own only if it differs from the others' child restricted to the value (reduce_values).
#include "pep/marker/forest.h"

#include <algorithm>
#include <functional>
#include <iterator>

#include "pep/marker/comparison.h"

namespace pipit::pep {
namespace {

// Depth of recursion: threads may have small stacks, and a text from the network chooses how many
// questions there are.
constexpr std::size_t kMaxQuestions = 128;
// What a set may keep.
constexpr std::size_t kMaxBranches = 10'000;

std::uint64_t mix(std::uint64_t seed, std::uint64_t value) {
  return (seed ^ value) * 0x9e3779b97f4a7c15u ^ (seed >> 29);
}

// Equal branches have equal hashes: a cut has only one spelling.
std::uint64_t hash_branch(const MarkerBranch& branch) {
  const std::hash<std::string> text_hash;
  std::uint64_t hash = mix(static_cast<std::uint64_t>(branch.question.subject),
                           text_hash(branch.question.text) + branch.question.opaque);
  for (const Version& cut : branch.cuts) hash = mix(hash, text_hash(cut.str()));
  for (const std::string& value : branch.values) hash = mix(hash, text_hash(value));
  for (const MarkerRef child : branch.children) hash = mix(hash, child);
  return hash;
}

bool is_decided(MarkerOperation operation, MarkerRef a, MarkerRef b, MarkerRef& result) {
  using enum MarkerOperation;
  if (operation == both) {
    if (a > b) std::swap(a, b);
    if (a != kMarkerFalse && a != kMarkerTrue && a != b) return false;
    result = a == kMarkerFalse ? kMarkerFalse : b;
    return true;
  }
  if (operation == either) {
    if (a > b) std::swap(a, b);
    if (a != kMarkerFalse && a != kMarkerTrue && a != b) return false;
    result = a == kMarkerTrue ? kMarkerTrue : b;
    return true;
  }
  if (a != kMarkerFalse && b != kMarkerTrue && b != kMarkerFalse && a != b) return false;
  result = b == kMarkerFalse ? a : kMarkerFalse;
  return true;
}

// The sorted union of two sorted lists.
template <class T>
std::vector<T> merged(const std::vector<T>& a, const std::vector<T>& b) {
  std::vector<T> out;
  out.reserve(a.size() + b.size());
  std::set_union(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(out));
  return out;
}

}  // namespace

bool MarkerForest::spend(std::size_t work) {
  work_ += work;
  if (work_ > max_work_ || depth_ > kMaxQuestions) overflowed_ = true;
  return !overflowed_;
}

MarkerRef MarkerForest::unique(MarkerBranch branch) {
  const auto fresh = static_cast<MarkerRef>(branches_.size() + 2);
  MarkerRef& first = unique_.try_emplace(hash_branch(branch), kMarkerFalse).first->second;
  for (MarkerRef known = first; !is_end(known); known = next_[known - 2]) {
    if (compare_branches(branches_[known - 2], branch) == 0) return known;
  }
  branches_.push_back(std::move(branch));
  next_.push_back(first);
  first = fresh;
  return fresh;
}

void MarkerForest::reduce_versions(MarkerBranch& branch) const {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < branch.cuts.size(); ++i) {
    if (branch.children[i + 1] == branch.children[kept]) continue;
    if (kept != i) branch.cuts[kept] = std::move(branch.cuts[i]);
    branch.children[++kept] = branch.children[i + 1];
  }
  branch.cuts.erase(branch.cuts.begin() + static_cast<std::ptrdiff_t>(kept), branch.cuts.end());
  branch.children.resize(kept + 1);
}

void MarkerForest::reduce_values(MarkerBranch& branch) {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < branch.values.size(); ++i) {
    const MarkerRef expected =
        restrict(branch.children[0], {branch.question.subject, branch.values[i]});
    if (branch.children[i + 1] == expected) continue;
    if (kept != i) branch.values[kept] = std::move(branch.values[i]);
    branch.children[++kept] = branch.children[i + 1];
  }
  branch.values.resize(kept);
  branch.children.resize(kept + 1);
}

MarkerRef MarkerForest::make(MarkerBranch branch) {
  if (!spend(branch.children.size())) return kMarkerFalse;
  if (branch.question.is_yes_no()) {
    if (branch.children[0] == branch.children[1]) return branch.children[0];
    return unique(std::move(branch));
  }
  if (is_version_subject(branch.question.subject))
    reduce_versions(branch);
  else
    reduce_values(branch);
  return branch.children.size() == 1 ? branch.children[0] : unique(std::move(branch));
}

std::uint32_t MarkerForest::number_of(const MarkerKnowledge& known) {
  const auto next = static_cast<std::uint32_t>(knowledge_.size());
  return knowledge_.try_emplace({known.subject, known.value}, next).first->second;
}

MarkerRef MarkerForest::restrict(MarkerRef a, const MarkerKnowledge& known) {
  if (is_end(a) || branch(a).question.subject > known.last()) return a;
  const std::uint64_t key = std::uint64_t{a} << 32 | number_of(known);
  if (const auto found = restricted_.find(key); found != restricted_.end()) return found->second;
  if (!spend(1)) return kMarkerFalse;
  ++depth_;
  const MarkerQuestion& question = branch(a).question;
  std::string buffer;
  const std::string* value = known.value_of(question.subject, buffer);
  MarkerRef result = kMarkerFalse;
  if (value && question.opaque) {
    const bool holds = marker_comparison_holds(question.text, question.subject, *value);
    result = restrict(branch(a).children[holds], known);
  } else if (value) {
    const MarkerBranch& here = branch(a);
    const auto at = std::ranges::lower_bound(here.values, *value);
    const bool named = at != here.values.end() && *at == *value;
    const auto child = named ? static_cast<std::size_t>(at - here.values.begin()) + 1 : 0;
    result = restrict(here.children[child], known);
  } else {
    MarkerBranch copy = branch(a);
    for (MarkerRef& child : copy.children) child = restrict(child, known);
    result = make(std::move(copy));
  }
  --depth_;
  restricted_.emplace(key, result);
  return result;
}

void MarkerForest::apply_versions(const Sides& sides, MarkerBranch& out) {
  const std::vector<Version> none;
  const std::vector<Version>& left = sides.left ? sides.left->cuts : none;
  const std::vector<Version>& right = sides.right ? sides.right->cuts : none;
  out.cuts = merged(left, right);
  out.children.push_back(apply(sides.operation, sides.child_a(0), sides.child_b(0)));
  std::size_t i = 0, j = 0;
  for (const Version& cut : out.cuts) {
    if (i < left.size() && left[i] == cut) ++i;
    if (j < right.size() && right[j] == cut) ++j;
    out.children.push_back(apply(sides.operation, sides.child_a(i), sides.child_b(j)));
  }
}

// As restrict; a child of its own knows already.
MarkerRef MarkerForest::value_child(MarkerRef at, const MarkerKnowledge& known) {
  if (is_end(at) || branch(at).question.is_yes_no() || branch(at).question.subject != known.subject)
    return restrict(at, known);
  const MarkerBranch& here = branch(at);
  const auto named = std::ranges::lower_bound(here.values, known.value);
  if (named == here.values.end() || *named != known.value) return restrict(here.children[0], known);
  return here.children[static_cast<std::size_t>(named - here.values.begin()) + 1];
}

void MarkerForest::apply_values(const Sides& sides, MarkerBranch& out) {
  const std::vector<std::string> none;
  out.values =
      merged(sides.left ? sides.left->values : none, sides.right ? sides.right->values : none);
  out.children.push_back(apply(sides.operation, sides.child_a(0), sides.child_b(0)));
  for (const std::string& value : out.values) {
    const MarkerKnowledge known = {out.question.subject, value};
    const MarkerRef a = value_child(sides.a, known);
    out.children.push_back(apply(sides.operation, a, value_child(sides.b, known)));
  }
}

MarkerRef MarkerForest::apply_branches(MarkerOperation operation, MarkerRef a, MarkerRef b) {
  Sides sides{operation, a, b, is_end(a) ? nullptr : &branch(a), is_end(b) ? nullptr : &branch(b)};
  MarkerBranch out;
  if (sides.left && (!sides.right || sides.left->question <= sides.right->question))
    out.question = sides.left->question;
  else
    out.question = sides.right->question;
  if (sides.left && sides.left->question != out.question) sides.left = nullptr;
  if (sides.right && sides.right->question != out.question) sides.right = nullptr;
  if (out.question.is_yes_no()) {
    for (const std::size_t answer : {0u, 1u})
      out.children.push_back(apply(operation, sides.child_a(answer), sides.child_b(answer)));
  } else if (is_version_subject(out.question.subject)) {
    apply_versions(sides, out);
  } else {
    apply_values(sides, out);
  }
  return make(std::move(out));
}

MarkerRef MarkerForest::apply(MarkerOperation operation, MarkerRef a, MarkerRef b) {
  MarkerRef result = kMarkerFalse;
  if (overflowed_ || is_decided(operation, a, b, result)) return result;
  if (operation != MarkerOperation::without && a > b) std::swap(a, b);
  // References stay far below 2^30: work is bounded.
  const std::uint64_t key =
      std::uint64_t{a} << 32 | std::uint64_t{b} << 2 | static_cast<std::uint64_t>(operation);
  if (const auto found = applied_.find(key); found != applied_.end()) return found->second;
  ++depth_;
  if (spend(1)) result = apply_branches(operation, a, b);
  --depth_;
  applied_.emplace(key, result);
  return result;
}

MarkerRef MarkerForest::join(MarkerOperation operation, std::vector<MarkerRef> refs) {
  if (refs.empty()) return operation == MarkerOperation::both ? kMarkerTrue : kMarkerFalse;
  while (refs.size() > 1) {
    std::size_t kept = 0;
    for (std::size_t i = 0; i < refs.size(); i += 2)
      refs[kept++] = i + 1 < refs.size() ? apply(operation, refs[i], refs[i + 1]) : refs[i];
    refs.resize(kept);
  }
  return refs.front();
}

MarkerRef MarkerForest::decide_extras(MarkerRef root, std::span<const std::string> active) {
  if (is_end(root)) return root;
  const std::shared_ptr<const MarkerDiagram> diagram = take_out(root);
  std::vector<MarkerRef> decided = {kMarkerFalse, kMarkerTrue};
  for (MarkerBranch copy : diagram->branches) {
    for (MarkerRef& child : copy.children) child = decided[child];
    const MarkerQuestion& question = copy.question;
    if (question.subject != MarkerSubject::extra) {
      decided.push_back(make(std::move(copy)));
      continue;
    }
    const bool holds = question.opaque ? marker_comparison_holds(question.text, {}, active)
                                       : std::ranges::find(active, question.text) != active.end();
    decided.push_back(copy.children[holds]);
  }
  return decided.back();
}

MarkerRef MarkerForest::take_in(const MarkerDiagram& diagram) {
  std::vector<MarkerRef> known = {kMarkerFalse, kMarkerTrue};
  for (MarkerBranch copy : diagram.branches) {
    for (MarkerRef& child : copy.children) child = known[child];
    known.push_back(unique(std::move(copy)));
  }
  return known.back();
}

std::shared_ptr<const MarkerDiagram> MarkerForest::take_out(MarkerRef root) const {
  auto diagram = std::make_shared<MarkerDiagram>();
  std::unordered_map<std::uint64_t, MarkerRef> renamed = {{0, kMarkerFalse}, {1, kMarkerTrue}};
  // A walk that leaves a branch when all its children are written; `next` is the current child.
  struct Visit {
    MarkerRef ref;
    std::size_t next;
  };
  std::vector<Visit> path = {{root, 0}};
  while (!path.empty()) {
    Visit& visit = path.back();
    const MarkerBranch& here = branch(visit.ref);
    if (visit.next < here.children.size()) {
      const MarkerRef child = here.children[visit.next++];
      if (!renamed.contains(child)) path.push_back({child, 0});
      continue;
    }
    MarkerBranch copy = here;
    for (MarkerRef& child : copy.children) child = renamed.at(child);
    diagram->branches.push_back(std::move(copy));
    renamed.emplace(visit.ref, diagram->root());
    path.pop_back();
  }
  return diagram;
}

MarkerSet MarkerSetAccess::set_of(const MarkerForest& forest, MarkerRef root) {
  MarkerSet set;
  if (forest.overflowed()) {
    set.kind_ = MarkerSet::Kind::unknown;
  } else if (MarkerForest::is_end(root)) {
    set.kind_ = root == kMarkerTrue ? MarkerSet::Kind::all : MarkerSet::Kind::none;
  } else {
    set.diagram_ = forest.take_out(root);
    const bool fits = set.diagram_->branches.size() <= kMaxBranches;
    set.kind_ = fits ? MarkerSet::Kind::some : MarkerSet::Kind::unknown;
    if (!fits) set.diagram_ = nullptr;
  }
  return set;
}

MarkerRef MarkerSetAccess::ref_of(MarkerForest& forest, const MarkerSet& set) {
  if (set.diagram_) return forest.take_in(*set.diagram_);
  return set.is_all() ? kMarkerTrue : kMarkerFalse;
}

}  // namespace pipit::pep
