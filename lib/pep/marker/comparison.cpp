// From one comparison to the set where it holds.
//
// Marker::evaluate itself defines what a comparison with a version means: between the few versions
// where its truth can change (the literal, the one after it, where its release begins and ends, and
// those of its prefixes) one value each is tried. So PEP 440's exceptions are written down once, in
// specifier.cpp. A place where truth changes is named by a version just above it: "3.12.0.dev0" is
// below all pre-releases of 3.12, "6.1.post0.dev0" above 6.1 itself.
#include "pep/marker/comparison.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "pep/specifier_scan.h"
#include "pep/white_space.h"

namespace pipit::pep {
namespace {

using Numbers = std::vector<std::uint64_t>;
/// Tried versions must not wrap around; no real version is near.
constexpr std::uint64_t kMaxNumber = std::uint64_t{1} << 31;

// A value that a version variable can have, the lowest above a place where truth may change.
struct Probe {
  Version cut;
  std::string value;
  bool holds = false;
};

std::string joined(std::span<const std::uint64_t> numbers) {
  std::string out;
  for (const std::uint64_t number : numbers) out += cat(out.empty() ? "" : ".", number);
  return out;
}

Probe probe(std::string_view cut, std::string value) {
  return {Version::parse(cut).value_or(Version()), std::move(value)};
}

// The literal as a version, without the wildcard. nullopt with an epoch, since no value has one.
std::optional<Version> literal_version(std::string_view literal) {
  literal = trim_white_space(literal);
  if (literal.ends_with(".*")) literal.remove_suffix(2);
  std::optional<Version> version = Version::parse(literal);
  return version && version->epoch() == 0 ? version : std::nullopt;
}

bool is_big(std::uint64_t number) { return number >= kMaxNumber; }

// A branch with one interval from each probe to the next.
MarkerRef probed(MarkerForest& forest, MarkerSubject subject, const std::vector<Probe>& probes,
                 bool lowest) {
  MarkerBranch branch;
  branch.question.subject = subject;
  branch.children.push_back(lowest);
  for (const Probe& each : probes) {
    const auto at = std::ranges::lower_bound(branch.cuts, each.cut);
    if (at != branch.cuts.end() && *at == each.cut) continue;
    branch.children.insert(branch.children.begin() + (at - branch.cuts.begin()) + 1, each.holds);
    branch.cuts.insert(at, each.cut);
  }
  return forest.make(std::move(branch));
}

// --- Python --------------------------------------------------------------------------------------

// Below the pre-releases of x.y.z.
Probe release_probe(const Numbers& xyz) {
  const std::string release = joined(xyz);
  return probe(cat(release, ".dev0"), cat(release, "a0"));
}

// Three numbers of which `count` are those of `v`. Big ones are reduced: no Python lies between the
// reduced and the true ones.
Numbers python_numbers(const Version& v, std::size_t count) {
  Numbers numbers(3, 0);
  for (std::size_t i = 0; i < count && i < v.release().size(); ++i)
    numbers[i] = std::min(v.release()[i], kMaxNumber);
  return numbers;
}

// Where a comparison with `v` may change among Python's releases: its first `count` numbers and
// their prefixes, each there and one further.
std::vector<Numbers> python_releases(const Version& v, std::size_t count) {
  std::vector<Numbers> found;
  for (std::size_t length = 1; length <= count; ++length) {
    Numbers numbers = python_numbers(v, length);
    found.push_back(numbers);
    ++numbers[length - 1];
    found.push_back(std::move(numbers));
  }
  std::erase(found, Numbers{0, 0, 0});  // nothing is below
  return found;
}

// The same among versions: pre-releases, too. Python has no post-releases and no fourth number, so
// places between those are not distinguished.
std::vector<Probe> python_probes(const Version& v) {
  std::vector<Probe> probes;
  for (const Numbers& numbers : python_releases(v, 3)) probes.push_back(release_probe(numbers));
  Numbers xyz = python_numbers(v, 3);
  const std::string release = joined(xyz);
  probes.push_back(probe(release, release));
  if (v.pre_kind() == Version::Pre::none) return probes;
  const std::string_view word = v.pre_kind() == Version::Pre::a   ? "a"
                                : v.pre_kind() == Version::Pre::b ? "b"
                                                                  : "rc";
  for (const std::uint64_t number : {v.pre_number(), v.pre_number() + 1}) {
    const std::string text = cat(release, word, number);
    const bool first = word == "a" && number == 0;  // below it is below all
    probes.push_back(first ? release_probe(xyz) : probe(text, text));
  }
  return probes;
}

// `python_version in "3.8 3.9"` is a text search: every two numbers in the text, and every
// beginning and end of them.
std::set<Numbers> numbers_in(std::string_view text) {
  constexpr std::size_t kMaxDigits = 4;
  std::set<Numbers> found;
  for (std::size_t dot = text.find('.'); dot != text.npos; dot = text.find('.', dot + 1)) {
    for (std::size_t left = 1; left <= std::min(kMaxDigits, dot); ++left) {
      const std::string_view major = text.substr(dot - left, left);
      if (!base::is_digit(major.front())) break;
      for (std::size_t right = 1; right <= kMaxDigits && dot + right < text.size(); ++right) {
        const std::string_view minor = text.substr(dot + 1, right);
        if (!base::is_digit(minor.back())) break;
        if ((left > 1 && major.front() == '0') || (right > 1 && minor.front() == '0')) continue;
        found.insert({base::parse_uint(major).value_or(0), base::parse_uint(minor).value_or(0)});
      }
    }
  }
  return found;
}

MarkerRef python_version_list(MarkerForest& forest, std::string_view text) {
  MarkerBranch branch;
  branch.children.push_back(kMarkerFalse);
  const auto change = [&](std::uint64_t major, std::uint64_t minor, bool inside) {
    Probe at = release_probe({major, minor, 0});
    if (at.cut == release_probe({0, 0, 0}).cut)
      branch.children.back() = inside;
    else if (!branch.cuts.empty() && branch.cuts.back() == at.cut)
      branch.children.back() = inside;
    else
      branch.cuts.push_back(std::move(at.cut)), branch.children.push_back(inside);
  };
  for (const Numbers& numbers : numbers_in(text)) {
    change(numbers[0], numbers[1], true);
    change(numbers[0], numbers[1] + 1, false);
  }
  return forest.make(std::move(branch));
}

// --- one comparison ------------------------------------------------------------------------------

class ComparisonReader {
 public:
  ComparisonReader(MarkerForest& forest, const Marker::Node& node)
      : forest_(forest),
        node_(node),
        marker_(Marker::of(std::make_shared<const Marker::Node>(node))),
        forward_(node.left.variable),
        name_(forward_ ? node.left.text : node.right.text),
        literal_(forward_ ? node.right.text : node.left.text) {}

  MarkerRef read() {
    if (name_ == "python_version") return python_version();
    const std::optional<MarkerSubject> subject = subject_named(name_);
    if (!subject) return kMarkerFalse;
    if (*subject == MarkerSubject::python) return python_full_version();
    if (is_version_subject(*subject)) return version(*subject);
    return text(*subject);
  }

 private:
  static std::optional<MarkerSubject> subject_named(std::string_view name) {
    for (int i = 0; i <= static_cast<int>(MarkerSubject::extra); ++i) {
      const auto subject = static_cast<MarkerSubject>(i);
      if (marker_subject_name(subject) == name) return subject;
    }
    return std::nullopt;
  }

  bool is_search() const {
    return node_.op == MarkerOperator::in || node_.op == MarkerOperator::not_in;
  }
  bool is_negative() const {
    return node_.op == MarkerOperator::not_equal || node_.op == MarkerOperator::not_in;
  }
  // Texts have no order: "<=" is "==", "<" is never true.
  bool is_equality() const {
    return node_.op == MarkerOperator::equal || node_.op == MarkerOperator::not_equal ||
           node_.op == MarkerOperator::less_equal || node_.op == MarkerOperator::greater_equal;
  }

  // Operator and literal make a specifier together: `< "=3.9"` is "<=3.9".
  std::optional<Version> compared_version() const {
    if (!node_.specifier || !node_.specifier->version) return literal_version(literal_);
    const Version& version = *node_.specifier->version;
    return version.epoch() == 0 ? std::optional(version) : std::nullopt;
  }
  bool is_arbitrary() const {
    return node_.op == MarkerOperator::arbitrary ||
           (node_.specifier && node_.specifier->op == Operator::arbitrary);
  }

  // Whether the comparison holds when the variable has that value.
  bool holds_for(const std::string& value) const {
    MarkerEnvironment env;
    *marker_variable(env, name_) = value;
    return marker_.evaluate(env);
  }

  MarkerRef judged(MarkerSubject subject, std::vector<Probe>& probes, bool lowest) {
    for (Probe& each : probes) each.holds = holds_for(each.value);
    return probed(forest_, subject, probes, lowest);
  }

  MarkerRef python_version() {
    if (is_search() && !forward_) return opaque(MarkerSubject::python);
    if (is_search()) {
      const MarkerRef inside = python_version_list(forest_, literal_);
      return is_negative() ? forest_.complement(inside) : inside;
    }
    std::vector<Probe> probes;
    if (const std::optional<Version> v = compared_version()) {
      for (const Numbers& numbers : python_releases(*v, 2)) {
        probes.push_back(release_probe(numbers));
        probes.back().value = joined(std::span(numbers).first(2));
      }
    }
    return judged(MarkerSubject::python, probes, holds_for("0.0"));
  }

  MarkerRef python_full_version() {
    if (is_search() || is_arbitrary() || !forward_) return opaque(MarkerSubject::python);
    const std::optional<Version> v = compared_version();
    if (v && (v->has_local() || is_big(v->pre_number()))) return opaque(MarkerSubject::python);
    std::vector<Probe> probes;
    if (v) probes = python_probes(*v);
    return judged(MarkerSubject::python, probes, holds_for("0.0.0a0"));
  }

  // implementation_version and platform_release: the latter may not be a version at all, and then
  // no comparison with one holds.
  MarkerRef version(MarkerSubject subject) {
    const bool compares_versions = forward_ && !is_search() && node_.specifier && !is_arbitrary();
    const std::optional<Version> v = compared_version();
    if (!compares_versions || !v || !is_plain(*v)) {
      const bool as_text = forward_ && !node_.specifier && !is_search();
      if (as_text && !is_equality()) return kMarkerFalse;
      // A text that does not form a specifier is not a version either.
      if (as_text && subject != MarkerSubject::platform_release) return is_negative();
      return opaque(subject);
    }
    std::vector<Probe> probes = version_probes(*v);
    bool lowest = false;
    if (subject == MarkerSubject::platform_release)
      probes.push_back(probe("0.dev0", "0.dev0"));
    else
      lowest = holds_for("0.dev0");
    return judged(subject, probes, lowest);
  }

  // Whether version_probes knows all places where a comparison with it may change.
  static bool is_plain(const Version& v) {
    return !v.has_local() && !(v.post() && v.is_prerelease()) && !is_big(v.pre_number()) &&
           !is_big(v.dev().value_or(0)) && std::ranges::none_of(v.release(), is_big);
  }

  // Like python_probes, for versions of any length; post-releases are not expected either.
  std::vector<Probe> version_probes(const Version& v) const {
    const std::span<const std::uint64_t> written = v.release();
    Numbers release(written.begin(), written.end());
    while (release.size() > 1 && release.back() == 0) release.pop_back();
    const std::string text = joined(release);
    std::vector<Probe> probes;
    const auto add = [&](std::string cut, std::string value) {
      probes.push_back(probe(cut, std::move(value)));
    };
    add(cat(text, ".dev0"), cat(text, ".dev0"));
    add(text, text);
    add(cat(text, ".post0.dev0"), cat(joined(written), ".0.1"));
    for (std::size_t length = written.size() > 1 ? written.size() - 1 : 1; length <= written.size();
         ++length) {
      Numbers prefix(written.begin(), written.begin() + static_cast<std::ptrdiff_t>(length));
      for (int further = 0; further < 2; ++further, ++prefix.back()) {
        Numbers place = prefix;
        while (place.size() > 1 && place.back() == 0) place.pop_back();
        add(cat(joined(place), ".dev0"), cat(joined(place), ".dev0"));
      }
    }
    if (!v.is_prerelease()) return probes;
    add(cat(text, suffix(v, 0)), cat(text, suffix(v, 0)));
    add(cat(text, suffix(v, 1)), cat(text, suffix(v, 1)));
    return probes;
  }

  // The pre-release part, or with `further` that of the next pre-release.
  static std::string suffix(const Version& v, std::uint64_t further) {
    std::string out;
    if (v.pre_kind() != Version::Pre::none) {
      out = v.pre_kind() == Version::Pre::a ? "a" : v.pre_kind() == Version::Pre::b ? "b" : "rc";
      out += cat(v.pre_number() + (v.dev() ? 0 : further));
    }
    if (v.dev()) return cat(out, ".dev", *v.dev() + further);
    return further != 0 ? cat(out, ".dev0") : out;
  }

  MarkerRef text(MarkerSubject subject) {
    if (is_search()) return opaque(subject);
    if (!is_equality()) return kMarkerFalse;
    const MarkerRef equal = subject == MarkerSubject::extra ? yes_no({subject, false, literal_})
                                                            : value(subject, literal_);
    return is_negative() ? forest_.complement(equal) : equal;
  }

  MarkerRef value(MarkerSubject subject, std::string value) {
    if (const auto leading = marker_leading_value(subject, value)) {
      subject = leading->first;
      value = leading->second;
    }
    MarkerBranch branch;
    branch.question.subject = subject;
    branch.values = {std::move(value)};
    branch.children = {kMarkerFalse, kMarkerTrue};
    return forest_.make(std::move(branch));
  }

  MarkerRef yes_no(MarkerQuestion question) {
    MarkerBranch branch;
    branch.question = std::move(question);
    branch.children = {kMarkerFalse, kMarkerTrue};
    return forest_.make(std::move(branch));
  }

  // Whether "==" and "!=" are opposites. A literal on the left that is not a version is neither
  // equal nor unequal to a version; and `!= "=3"` compares texts, while `== "=3"` is "===3".
  bool has_contrary(MarkerSubject subject) const {
    if (!is_version_subject(subject) || is_search()) return true;
    if (!forward_) return Version::parse(literal_).has_value();
    return node_.specifier || !scan_specifier(cat("==", literal_));
  }

  // A question of its own, under its positive text.
  MarkerRef opaque(MarkerSubject subject) {
    Marker::Node positive = node_;
    const bool contrary = has_contrary(subject);
    const bool negative = is_negative() && contrary;
    // Where "<=" compares texts it is "==".
    const bool texts = forward_ && !node_.specifier && is_equality();
    if (contrary && (texts || negative)) positive.op = MarkerOperator::equal;
    if (is_search()) positive.op = MarkerOperator::in;
    const std::string text =
        Marker::of(std::make_shared<const Marker::Node>(std::move(positive))).str();
    const MarkerRef asked = yes_no({subject, true, text});
    return negative ? forest_.complement(asked) : asked;
  }

  MarkerForest& forest_;
  const Marker::Node& node_;
  const Marker marker_;
  const bool forward_;
  const std::string& name_;
  const std::string& literal_;
};

}  // namespace

bool marker_comparison_holds(const std::string& text, const MarkerEnvironment& env,
                             std::span<const std::string> extras) {
  const Result<Marker> marker = Marker::parse(text);
  return marker && marker->evaluate(env, extras);
}

bool marker_comparison_holds(const std::string& text, MarkerSubject subject,
                             const std::string& value) {
  MarkerEnvironment env;
  *marker_variable(env, marker_subject_name(subject)) = value;
  return marker_comparison_holds(text, env);
}

MarkerRef marker_comparison_set(MarkerForest& forest, const Marker::Node& comparison) {
  return ComparisonReader(forest, comparison).read();
}

MarkerRef marker_python_set(MarkerForest& forest, const Specifier& clause) {
  const SpecifierSet set = SpecifierSet::of({clause});
  std::vector<Probe> probes;
  if (const std::optional<Version> v = literal_version(clause.text)) {
    for (const Numbers& numbers : python_releases(*v, 3)) {
      probes.push_back(release_probe(numbers));
      probes.back().holds = set.contains_text(joined(numbers));
    }
  }
  return probed(forest, MarkerSubject::python, probes, set.contains_text("0.0.0"));
}

MarkerRef marker_python_from(MarkerForest& forest, const Version& version) {
  Specifier clause;
  clause.op = Operator::greater_equal;
  clause.version = version.base_version();
  clause.text = clause.version->str();
  return marker_python_set(forest, clause);
}

}  // namespace pipit::pep
