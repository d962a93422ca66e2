// A short marker between two bounds (MarkerSet::simplified).
//
// The marker must hold where the set and `given` intersect, and may hold anywhere outside `given`.
// It is built as a list of cubes ("this Python and that platform"): take a path of the diagram that
// is not covered yet, grow it while it stays allowed (leave questions out, then take the answers
// with the fewest words), repeat until all is covered, and drop cubes that the others cover. The
// complement, covered in the same way, gives an "and" of "or"s; the shorter of the two is used. The
// result is not the shortest marker, but it is short, and the same however the sets were made,
// since their diagrams are the same.
#include "pep/marker/cover.h"

#include <algorithm>
#include <map>
#include <set>

#include "pep/marker/forest.h"
#include "pep/marker/words.h"

namespace pipit::pep {
namespace {

/// The environments with given answers to some of the axes (by their number).
using MarkerCube = std::map<std::size_t, MarkerAnswers>;

constexpr std::size_t kMaxCoverWork = 300'000;
constexpr std::size_t kMaxCubes = 200;
constexpr std::size_t kMaxMarkerText = 32 * 1024;

class MarkerCover {
 public:
  /// Cubes that hold in all of `needed` and nowhere outside `allowed`.
  MarkerCover(MarkerForest& forest, MarkerRef needed, MarkerRef allowed)
      : forest_(forest), needed_(needed), allowed_(allowed) {
    note_axes(needed);
    note_axes(allowed);
  }

  /// False when there are too many.
  bool find() {
    MarkerRef rest = needed_;
    while (rest != kMarkerFalse && !forest_.overflowed()) {
      if (cubes_.size() == kMaxCubes) return false;
      MarkerCube cube = path(rest);
      grow(cube);
      rest = forest_.apply(MarkerOperation::without, rest, ref_of(cube));
      keep(std::move(cube));
    }
    leave_out_covered();
    return !forest_.overflowed();
  }

  /// "or" of "and"s.
  Marker alternatives() const {
    std::vector<Marker> parts;
    for (const auto& [axis, answers] : common()) parts.push_back(words(axis, answers));
    std::vector<Marker> rests;
    for (const MarkerCube& cube : cubes_) {
      std::vector<Marker> rest;
      for (const auto& [axis, answers] : cube) {
        if (!common().contains(axis)) rest.push_back(words(axis, answers));
      }
      rests.push_back(all_of_markers(rest));
    }
    parts.push_back(any_of_markers(rests));
    return all_of_markers(parts);
  }

  /// What is outside all the cubes, as an "and" of "or"s.
  Marker exclusions() const {
    std::vector<Marker> parts;
    for (const MarkerCube& cube : cubes_) {
      std::vector<Marker> either;
      for (auto [axis, answers] : cube) {
        for (std::uint8_t& answer : answers) answer = !answer;
        either.push_back(words(axis, answers));
      }
      parts.push_back(any_of_markers(either));
    }
    return all_of_markers(parts);
  }

  std::size_t size() const { return cubes_.size(); }

 private:
  // In the order of the questions; cubes with the same questions stay in the order of answers.
  void keep(MarkerCube cube) {
    const auto number_of = [](const auto& entry) { return entry.first; };
    const auto is_before = [&](const MarkerCube& a, const MarkerCube& b) {
      const auto [x, y] = std::ranges::mismatch(a, b, {}, number_of, number_of);
      return y != b.end() && (x == a.end() || x->first < y->first);
    };
    cubes_.insert(std::upper_bound(cubes_.begin(), cubes_.end(), cube, is_before), std::move(cube));
  }

  void note_axes(MarkerRef root) {
    std::vector<MarkerRef> open = {root};
    std::set<MarkerRef> seen;
    while (!open.empty()) {
      const MarkerRef at = open.back();
      open.pop_back();
      if (MarkerForest::is_end(at) || !seen.insert(at).second) continue;
      const MarkerBranch& branch = forest_.branch(at);
      open.insert(open.end(), branch.children.begin(), branch.children.end());
      auto at_axis = std::ranges::lower_bound(axes_, branch.question, {}, &MarkerAxis::question);
      if (at_axis == axes_.end() || at_axis->question != branch.question)
        at_axis = axes_.insert(at_axis, {branch.question, {}, {}});
      MarkerAxis& axis = *at_axis;
      add(axis.cuts, branch.cuts);
      add(axis.values, branch.values);
    }
  }

  template <class T>
  static void add(std::vector<T>& sorted, const std::vector<T>& more) {
    for (const T& each : more) {
      const auto at = std::ranges::lower_bound(sorted, each);
      if (at == sorted.end() || *at != each) sorted.insert(at, each);
    }
  }

  // Nothing computed from the two sets asks what they do not ask.
  std::size_t axis_of(const MarkerQuestion& question) const {
    const auto at = std::ranges::lower_bound(axes_, question, {}, &MarkerAxis::question);
    return static_cast<std::size_t>(at - axes_.begin());
  }

  // Where the answer leads; `at` asks the axis' question.
  MarkerRef child(MarkerRef at, const MarkerAxis& axis, std::size_t answer) {
    const MarkerBranch& branch = forest_.branch(at);
    if (axis.question.is_yes_no() || answer == 0) return branch.children[answer];
    if (!is_version_subject(axis.question.subject))
      return forest_.restrict(at, {axis.question.subject, axis.values[answer - 1]});
    const auto above = std::ranges::upper_bound(branch.cuts, axis.cuts[answer - 1]);
    return branch.children[static_cast<std::size_t>(above - branch.cuts.begin())];
  }

  // A path to the true end, with all answers that lead the same way. "All others" come last: naming
  // a value is better than excluding others.
  MarkerCube path(MarkerRef at) {
    MarkerCube cube;
    while (!MarkerForest::is_end(at)) {
      const std::size_t number = axis_of(forest_.branch(at).question);
      const MarkerAxis& axis = axes_[number];
      std::vector<MarkerRef> children;
      for (std::size_t i = 0; i < axis.size(); ++i) children.push_back(child(at, axis, i));
      auto first = children.begin() + (axis.values.empty() ? 0 : 1);
      while (first != children.end() && *first == kMarkerFalse) ++first;
      const MarkerRef next = first == children.end() ? children[0] : *first;
      MarkerAnswers& answers = cube[number];
      for (const MarkerRef each : children) answers.push_back(each == next);
      if (forest_.overflowed()) break;
      at = next;
    }
    return cube;
  }

  MarkerRef ref_of(std::size_t number, const MarkerAnswers& answers) {
    const MarkerAxis& axis = axes_[number];
    MarkerBranch branch{axis.question, axis.cuts, axis.values, {}};
    for (const std::uint8_t inside : answers) branch.children.push_back(inside);
    return forest_.make(std::move(branch));
  }

  MarkerRef ref_of(const MarkerCube& cube) {
    std::vector<MarkerRef> refs;
    for (const auto& [axis, answers] : cube) refs.push_back(ref_of(axis, answers));
    return forest_.join(MarkerOperation::both, std::move(refs));
  }

  bool is_allowed(MarkerRef ref) {
    return forest_.apply(MarkerOperation::without, ref, allowed_) == kMarkerFalse &&
           !forest_.overflowed();
  }

  void grow(MarkerCube& cube) {
    std::vector<std::size_t> numbers;
    for (const auto& [number, answers] : cube) numbers.push_back(number);
    for (const std::size_t number : numbers) {
      const auto taken = cube.extract(number);
      if (!is_allowed(ref_of(cube))) cube.emplace(number, taken.mapped());
    }
    numbers.clear();
    for (const auto& [number, answers] : cube) numbers.push_back(number);
    for (const std::size_t number : numbers) {
      const auto taken = cube.extract(number);
      const MarkerRef others = ref_of(cube);
      cube.emplace(number, best_answers(number, taken.mapped(), others));
    }
  }

  // The answers with the fewest words among those that contain `least`.
  MarkerAnswers best_answers(std::size_t number, const MarkerAnswers& least, MarkerRef others) {
    if (axes_[number].question.is_yes_no()) return least;
    MarkerAnswers most = least;
    for (std::size_t i = 0; i < most.size(); ++i) {
      MarkerAnswers one(most.size());
      one[i] = 1;
      if (!most[i])
        most[i] = is_allowed(forest_.apply(MarkerOperation::both, others, ref_of(number, one)));
    }
    if (most == least) return least;
    std::vector<MarkerAnswers> choices = {least};
    if (is_version_subject(axes_[number].question.subject)) add_spans(choices, most);
    choices.push_back(most);
    std::size_t best = 0;
    std::pair<std::size_t, std::size_t> best_cost = cost(number, choices[0]);
    for (std::size_t i = 1; i < choices.size(); ++i) {
      const auto here = cost(number, choices[i]);
      if (here < best_cost) best = i, best_cost = here;
    }
    return choices[best];
  }

  // Adds the first choice without gaps that may be closed, and that choice grown down, up, and
  // both.
  static void add_spans(std::vector<MarkerAnswers>& choices, const MarkerAnswers& most) {
    MarkerAnswers middle = choices[0];
    const auto low = static_cast<std::size_t>(std::ranges::find(middle, 1) - middle.begin());
    std::size_t high = middle.size();
    while (!middle[high - 1]) --high;
    for (std::size_t i = low; i < high; ++i) middle[i] = most[i];
    MarkerAnswers down = middle, up = middle;
    for (std::size_t i = low; i > 0 && most[i - 1]; --i) down[i - 1] = 1;
    for (std::size_t i = high; i < most.size() && most[i]; ++i) up[i] = 1;
    MarkerAnswers span = down;
    for (std::size_t i = high; i < span.size(); ++i) span[i] = up[i];
    choices.insert(choices.end(), {middle, down, up, span});
  }

  std::pair<std::size_t, std::size_t> cost(std::size_t number, const MarkerAnswers& answers) const {
    if (std::ranges::find(answers, 0) == answers.end()) return {0, 0};
    const Marker marker = words(number, answers);
    return {count_comparisons(marker), marker.str().size()};
  }

  Marker words(std::size_t number, const MarkerAnswers& answers) const {
    return answers_marker(axes_[number], answers).value_or(false_marker());
  }

  void leave_out_covered() {
    for (std::size_t i = cubes_.size(); i-- > 0 && cubes_.size() > 1;) {
      std::vector<MarkerRef> others;
      for (std::size_t j = 0; j < cubes_.size(); ++j) {
        if (j != i) others.push_back(ref_of(cubes_[j]));
      }
      const MarkerRef covered = forest_.join(MarkerOperation::either, std::move(others));
      const bool spare = forest_.apply(MarkerOperation::without, needed_, covered) == kMarkerFalse;
      if (spare && !forest_.overflowed())
        cubes_.erase(cubes_.begin() + static_cast<std::ptrdiff_t>(i));
    }
  }

  // The answers that all cubes share.
  MarkerCube common() const {
    MarkerCube shared = cubes_.front();
    std::erase_if(shared, [&](const auto& entry) {
      return !std::ranges::all_of(cubes_, [&](const MarkerCube& cube) {
        const auto at = cube.find(entry.first);
        return at != cube.end() && at->second == entry.second;
      });
    });
    return shared;
  }

  MarkerForest& forest_;
  MarkerRef needed_, allowed_;
  std::vector<MarkerAxis> axes_;
  std::vector<MarkerCube> cubes_;
};

std::unexpected<Error> too_complex() {
  return fail(Code::unsupported, "environment markers too complex to be written");
}

}  // namespace

Result<Marker> covering_marker(const MarkerSet& set, const MarkerSet& given) {
  if (!set.is_known() || !given.is_known()) return too_complex();
  MarkerForest forest(kMaxCoverWork);
  const MarkerRef inside = MarkerSetAccess::ref_of(forest, set);
  const MarkerRef reach = MarkerSetAccess::ref_of(forest, given);
  const MarkerRef needed = forest.apply(MarkerOperation::both, inside, reach);
  const MarkerRef excluded = forest.apply(MarkerOperation::without, reach, inside);
  if (forest.overflowed()) return too_complex();
  if (needed == kMarkerFalse) return false_marker();
  if (excluded == kMarkerFalse) return Marker();
  MarkerCover cover(forest, needed, forest.complement(excluded));
  if (!cover.find()) return too_complex();
  Marker marker = cover.alternatives();
  if (cover.size() > 1 && count_comparisons(marker) > 3) {
    MarkerCover outside(forest, excluded, forest.complement(needed));
    if (outside.find()) {
      const Marker other = outside.exclusions();
      if (count_comparisons(other) < count_comparisons(marker)) marker = other;
    }
  }
  if (marker.str().size() > kMaxMarkerText) return too_complex();
  return marker;
}

}  // namespace pipit::pep
