// Turns one question's answers into a marker.
//
// Versions: a run of intervals has a lower and an upper end, and PEP 440's operators express every
// end that a marker can have made: "<3.9" ends below the pre-releases of 3.9, ">3.9.1" begins below
// those of 3.9.2, "<=V" and "!=V" together end below V. A single gap between two runs is "!=".
#include "pep/marker/words.h"

#include <algorithm>

#include "base/text.h"
#include "pep/marker/literal.h"
#include "pep/marker/node.h"

namespace pipit::pep {
namespace {

constexpr std::string_view kFalseMarker = "python_version < \"0\"";
bool is_false(const Marker& marker) {
  return !marker.is_true() && marker.node()->kind == Marker::Node::Kind::comparison &&
         marker.str() == kFalseMarker;
}

Marker comparison_marker(std::string_view name, std::string_view op, std::string_view literal) {
  return Marker::parse(cat(name, " ", op, " ", quote_marker_literal(literal)))
      .value_or(false_marker());
}

Marker joined_markers(Marker::Node::Kind kind, const std::vector<Marker>& markers) {
  std::vector<Marker::NodePtr> nodes;
  for (const Marker& marker : markers) nodes.push_back(marker.node());
  return Marker::of(join_markers(kind, nodes));
}

// --- versions ------------------------------------------------------------------------------------

bool is_python(MarkerSubject subject) { return subject == MarkerSubject::python; }

// "3.12" for 3.12.0, "3" for 3.0.0; how places of python_version are written.
std::string numbers_text(std::span<const std::uint64_t> release, std::size_t count) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i)
    out += cat(i ? "." : "", i < release.size() ? release[i] : 0);
  return out;
}

std::size_t without_zeros(std::span<const std::uint64_t> release) {
  std::size_t count = release.size();
  while (count > 1 && release[count - 1] == 0) --count;
  return count;
}

std::string_view pre_word(const Version& v) {
  return v.pre_kind() == Version::Pre::a ? "a" : v.pre_kind() == Version::Pre::b ? "b" : "rc";
}

// A place below a version, as a comparison. `lower`: as the lower end of what is above it.
class PlaceWords {
 public:
  PlaceWords(MarkerSubject subject, const Version& cut)
      : subject_(subject), cut_(cut), release_(cut.release()) {}

  std::vector<Marker> bound(bool lower) const {
    const bool whole = cut_.dev() && cut_.pre_kind() == Version::Pre::none;
    if (is_python(subject_) && whole) return {python_release(lower)};
    if (is_python(subject_) && cut_.pre_kind() != Version::Pre::none && cut_.pre_number() > 0) {
      const std::string before =
          cat(numbers_text(release_, release_.size()), pre_word(cut_), cut_.pre_number() - 1);
      return {full(lower ? ">" : "<=", before)};
    }
    const std::string base = numbers_text(release_, release_.size());
    if (cut_.post()) return {full(lower ? ">" : "<=", base)};
    if (lower) return {full(">=", cut_.str())};
    if (whole && *cut_.dev() == 0) return {full("<", base)};
    if (cut_.is_prerelease()) return {full("<", cut_.str())};
    return {full("<=", cut_.str()), full("!=", cut_.str())};
  }

 private:
  // Below the pre-releases of x.y.z, that is above x.y.(z-1).
  Marker python_release(bool lower) const {
    const std::size_t count = without_zeros(release_);
    if (count <= 2) {
      return comparison_marker("python_version", lower ? ">=" : "<", numbers_text(release_, count));
    }
    if (!lower) return full("<", numbers_text(release_, count));
    std::vector<std::uint64_t> before(release_.begin(), release_.end());
    --before.back();
    return full(">", numbers_text(before, before.size()));
  }

  Marker full(std::string_view op, std::string_view literal) const {
    return comparison_marker(marker_subject_name(subject_), op, literal);
  }

  MarkerSubject subject_;
  const Version& cut_;
  std::span<const std::uint64_t> release_;
};

// The prefix whose versions are exactly those between two places below all pre-releases; returns
// how many of its numbers count.
std::optional<std::size_t> prefix_length(const Version& low, const Version& high) {
  const auto is_whole = [](const Version& v) {
    return v.dev() == 0u && v.pre_kind() == Version::Pre::none && !v.post();
  };
  if (!is_whole(low) || !is_whole(high)) return std::nullopt;
  const std::span<const std::uint64_t> a = low.release(), b = high.release();
  const std::size_t count = without_zeros(b);
  const auto at = [&](std::size_t i) { return i < a.size() ? a[i] : 0; };
  for (std::size_t i = 0; i < std::max(count, a.size()); ++i) {
    const std::uint64_t wanted = i + 1 < count ? b[i] : i + 1 == count ? b[i] - 1 : 0;
    if (at(i) != wanted) return std::nullopt;
  }
  return count;
}

// What a single "==" can express; `op` is "==" or "!=".
std::optional<Marker> single_marker(MarkerSubject subject, const Version& low, const Version& high,
                                    std::string_view op) {
  const std::string_view name = marker_subject_name(subject);
  if (const std::optional<std::size_t> count = prefix_length(low, high)) {
    const std::string prefix = numbers_text(low.release(), *count);
    if (is_python(subject) && *count == 2) return comparison_marker("python_version", op, prefix);
    if (is_python(subject) && *count == 1)
      return comparison_marker("python_version", op, cat(prefix, ".*"));
    return comparison_marker(name, op, cat(prefix, ".*"));
  }
  const std::string release = numbers_text(low.release(), low.release().size());
  if (!low.is_prerelease() && !low.post()) {
    const Version begin = Version::parse(cat(release, ".dev0")).value_or(low);
    const bool ends = is_python(subject) ? prefix_length(begin, high) == 3
                                         : high == Version::parse(cat(release, ".post0.dev0"));
    if (ends) return comparison_marker(name, op, low.str());
  }
  if (is_python(subject) && high.pre_kind() != Version::Pre::none && high.pre_number() > 0) {
    const std::string before =
        cat(numbers_text(high.release(), 3), pre_word(high), high.pre_number() - 1);
    const bool first = low.dev() && before.ends_with("a0") && low.same_release(high);
    if (first || low == Version::parse(before)) return comparison_marker(name, op, before);
  }
  return std::nullopt;
}

struct VersionRun {
  const Version *low, *high;  // null: no end
};

std::vector<Marker> hull_words(MarkerSubject subject, const VersionRun& run) {
  std::vector<Marker> words;
  if (run.low && run.high) {
    if (std::optional<Marker> single = single_marker(subject, *run.low, *run.high, "=="))
      return {*single};
  }
  if (run.low) words = PlaceWords(subject, *run.low).bound(true);
  if (run.high) {
    for (Marker& word : PlaceWords(subject, *run.high).bound(false))
      words.push_back(std::move(word));
  }
  return words;
}

// Neighbouring runs whose gaps a single "!=" each can express, in both ways; returns the shorter
// one.
Marker group_marker(MarkerSubject subject, std::span<const VersionRun> runs,
                    const std::vector<Marker>& gaps) {
  std::vector<Marker> apart;
  for (const VersionRun& run : runs) apart.push_back(all_of_markers(hull_words(subject, run)));
  std::vector<Marker> together = hull_words(subject, {runs.front().low, runs.back().high});
  together.insert(together.end(), gaps.begin(), gaps.end());
  const Marker first = any_of_markers(apart), second = all_of_markers(together);
  return count_comparisons(first) < count_comparisons(second) ? first : second;
}

std::optional<Marker> version_marker(const MarkerAxis& axis, const MarkerAnswers& answers) {
  const MarkerSubject subject = axis.question.subject;
  std::vector<VersionRun> runs;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    if (!answers[i] || (i > 0 && answers[i - 1])) continue;
    std::size_t end = i;
    while (end < answers.size() && answers[end]) ++end;
    runs.push_back({i > 0 ? &axis.cuts[i - 1] : nullptr,
                    end < answers.size() ? &axis.cuts[end - 1] : nullptr});
  }
  // Values that are not versions lie below the lowest version; markers cannot name them.
  const bool has_bottom = subject == MarkerSubject::platform_release && !axis.cuts.empty() &&
                          axis.cuts[0] == Version::parse("0.dev0");
  if (has_bottom && !runs.empty() && !runs[0].low && runs[0].high == &axis.cuts[0])
    runs.erase(runs.begin());
  if (has_bottom && !runs.empty() && runs[0].low == &axis.cuts[0] && runs[0].high)
    runs[0].low = nullptr;
  if (runs.empty()) return std::nullopt;
  std::vector<Marker> groups, gaps;
  std::size_t begin = 0;
  for (std::size_t i = 1; i <= runs.size(); ++i) {
    std::optional<Marker> gap;
    if (i < runs.size()) gap = single_marker(subject, *runs[i - 1].high, *runs[i].low, "!=");
    if (gap) {
      gaps.push_back(*gap);
      continue;
    }
    groups.push_back(group_marker(subject, std::span(runs).subspan(begin, i - begin), gaps));
    gaps.clear();
    begin = i;
  }
  return any_of_markers(groups);
}

// --- values and yes or no ------------------------------------------------------------------------

Marker value_marker(const MarkerAxis& axis, const MarkerAnswers& answers) {
  const bool others = answers[0];
  std::vector<Marker> words;
  for (std::size_t i = 0; i < axis.values.size(); ++i) {
    if (answers[i + 1] == others) continue;
    words.push_back(comparison_marker(marker_subject_name(axis.question.subject),
                                      others ? "!=" : "==", axis.values[i]));
  }
  return others ? all_of_markers(words) : any_of_markers(words);
}

MarkerOperator opposite(MarkerOperator op) {
  using enum MarkerOperator;
  constexpr MarkerOperator kOpposite[] = {not_in,  in,         not_equal, equal,     greater_equal,
                                          greater, less_equal, less,      not_equal, not_equal};
  return kOpposite[static_cast<std::size_t>(op)];
}

Marker yes_no_marker(const MarkerQuestion& question, bool yes) {
  if (!question.opaque) return comparison_marker("extra", yes ? "==" : "!=", question.text);
  const Marker marker = Marker::parse(question.text).value_or(false_marker());
  if (yes) return marker;
  Marker::Node node = *marker.node();
  node.op = opposite(node.op);
  return Marker::of(std::make_shared<const Marker::Node>(std::move(node)));
}

}  // namespace

std::optional<Marker> answers_marker(const MarkerAxis& axis, const MarkerAnswers& answers) {
  if (axis.question.is_yes_no()) return yes_no_marker(axis.question, answers[1]);
  if (is_version_subject(axis.question.subject)) return version_marker(axis, answers);
  return value_marker(axis, answers);
}

std::size_t count_comparisons(const Marker& marker) {
  if (marker.is_true()) return 0;
  if (marker.node()->kind == Marker::Node::Kind::comparison) return 1;
  std::size_t count = 0;
  for (const Marker::NodePtr& child : marker.node()->children)
    count += count_comparisons(Marker::of(child));
  return count;
}

Marker all_of_markers(const std::vector<Marker>& markers) {
  std::vector<Marker> real;
  for (const Marker& marker : markers) {
    if (is_false(marker)) return marker;
    if (!marker.is_true()) real.push_back(marker);
  }
  return real.empty() ? Marker() : joined_markers(Marker::Node::Kind::all, real);
}

Marker any_of_markers(const std::vector<Marker>& markers) {
  std::vector<Marker> real;
  for (const Marker& marker : markers) {
    if (marker.is_true()) return marker;
    if (!is_false(marker)) real.push_back(marker);
  }
  return real.empty() ? false_marker() : joined_markers(Marker::Node::Kind::any, real);
}

Marker false_marker() { return Marker::parse(kFalseMarker).value_or(Marker()); }

}  // namespace pipit::pep
