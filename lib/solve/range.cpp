// Sets of versions as places where a walk from the lowest to the highest version steps in or out.
//
// The usual list of [low, high) pairs needs pairs of bounds that are inclusive or not; here a bound
// is a place between versions, so there is nothing to be inclusive about, the complement is one
// flipped bit, and every operation is one merge of two sorted lists. PEP 440 needs places that no
// version marks: "==1.0" ends above every 1.0+local, "<2" ends below every pre-release of 2, ">1"
// begins above every 1.postN. All but the last have a least version above them ("1.0.post0.dev0",
// "2.dev0"), so the cut below that version says the same, and equal sets get equal cuts. Only
// "above all posts of a final release" is a place of its own.
#include "solve/range.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <ranges>

#include "base/text.h"
#include "solve/range_text.h"

namespace pipit::solve {

namespace {

using Side = Cut::Side;

bool same_release(const pep::Version& a, const pep::Version& b) {
  if (a.epoch() != b.epoch()) return false;
  std::span<const std::uint64_t> x = a.release(), y = b.release();
  for (std::size_t i = 0; i < std::max(x.size(), y.size()); ++i) {
    if ((i < x.size() ? x[i] : 0) != (i < y.size() ? y[i] : 0)) return false;
  }
  return true;
}

/// Whether `candidate`, which is greater than the final release `v`, is a post-release or local of
/// it.
bool in_post_family(const pep::Version& v, const pep::Version& candidate) {
  return candidate.pre_kind() == pep::Version::Pre::none && same_release(v, candidate);
}

struct VersionParts {
  std::string head;  // epoch and release
  std::string_view pre_letters;
  std::uint64_t pre = 0;
  std::optional<std::uint64_t> post, dev;
};

VersionParts parts_of(const pep::Version& v) {
  VersionParts parts;
  if (v.epoch() != 0) parts.head = cat(v.epoch(), "!");
  for (std::size_t i = 0; i < v.release().size(); ++i)
    parts.head += cat(i ? "." : "", v.release()[i]);
  if (v.pre_kind() == pep::Version::Pre::a) parts.pre_letters = "a";
  if (v.pre_kind() == pep::Version::Pre::b) parts.pre_letters = "b";
  if (v.pre_kind() == pep::Version::Pre::rc) parts.pre_letters = "rc";
  parts.pre = v.pre_number();
  parts.post = v.post();
  parts.dev = v.dev();
  return parts;
}

std::optional<pep::Version> assemble(const VersionParts& parts) {
  std::string text = parts.head;
  if (!parts.pre_letters.empty()) text += cat(parts.pre_letters, parts.pre);
  if (parts.post) text += cat(".post", *parts.post);
  if (parts.dev) text += cat(".dev", *parts.dev);
  return pep::Version::parse(text);
}

Cut below(const pep::Version& v) { return {v, Side::below}; }

/// Below `parts` as a version; the highest 64-bit numbers have no successor, then just above `v`.
Cut below_or_above(const VersionParts& parts, const pep::Version& v) {
  std::optional<pep::Version> edge = assemble(parts);
  return edge && *edge > v ? below(*edge) : Cut{v, Side::above};
}

/// Below every development release, and so every pre-release, of `v`.
Cut below_devs(const pep::Version& v) {
  VersionParts parts = parts_of(v);
  if (!parts.dev) parts.dev = 0;
  std::optional<pep::Version> edge = assemble(parts);
  return below(edge ? *edge : v);
}

/// Above `v` and all locals of it.
Cut above_locals(const pep::Version& v) {
  VersionParts parts = parts_of(v);
  if (parts.dev) {
    ++*parts.dev;
  } else {
    parts.post = parts.post ? *parts.post + 1 : 0;
    parts.dev = 0;
  }
  return below_or_above(parts, v);
}

/// Above `v`, its locals and its post-releases.
Cut above_posts(const pep::Version& v) {
  if (v.post() || v.dev()) return above_locals(v);
  if (v.pre_kind() == pep::Version::Pre::none) return {v.base_version(), Side::above_posts};
  VersionParts parts = parts_of(v);
  ++parts.pre;
  parts.dev = 0;
  return below_or_above(parts, v);
}

/// From below the first to below the first that no longer begins with `release`.
Range prefix_range(const pep::Version& low, std::uint64_t epoch,
                   std::vector<std::uint64_t> release) {
  if (release.back() == std::numeric_limits<std::uint64_t>::max())
    return Range::above(below_devs(low));
  ++release.back();
  return Range::between(below_devs(low),
                        below_devs(pep::Version::from_release(epoch, std::move(release))));
}

Range wildcard_range(const pep::Version& v) {
  pep::Version base = v.base_version();
  std::span<const std::uint64_t> release = base.release();
  return prefix_range(base, base.epoch(), {release.begin(), release.end()});
}

Range compatible_range(const pep::Version& v) {
  std::span<const std::uint64_t> release = v.release();
  Range from = Range::above(below(v));
  if (release.size() < 2) return from;
  std::vector<std::uint64_t> prefix(release.begin(), release.end() - 1);
  return from & prefix_range(pep::Version::from_release(v.epoch(), prefix), v.epoch(), prefix);
}

Range equal_range(const pep::Specifier& clause) {
  const pep::Version& v = *clause.version;
  if (clause.wildcard) return wildcard_range(v);
  if (v.has_local()) return Range::exactly(v);
  return Range::between(below(v), above_locals(v));
}

}  // namespace

bool Cut::is_under(const pep::Version& candidate) const {
  std::strong_ordering order = version <=> candidate;
  if (order > 0) return false;
  if (order == 0) return side == Side::below;
  return side != Side::above_posts || !in_post_family(version, candidate);
}

std::strong_ordering Cut::operator<=>(const Cut& other) const {
  std::strong_ordering order = version <=> other.version;
  if (order == 0) return side <=> other.side;
  if (order < 0 && side == Side::above_posts && in_post_family(version, other.version)) {
    return std::strong_ordering::greater;
  }
  if (order > 0 && other.side == Side::above_posts && in_post_family(other.version, version)) {
    return std::strong_ordering::less;
  }
  return order;
}

/// Both cut lists in step: stops at each place where one of the two sets changes sides.
struct RangeWalk {
  explicit RangeWalk(const Range& x, const Range& y)
      : a(cuts_of(x)), b(cuts_of(y)), in_a(x.starts_inside_), in_b(y.starts_inside_) {}

  static std::span<const Cut> cuts_of(const Range& range) {
    return range.cuts_ ? std::span<const Cut>(*range.cuts_) : std::span<const Cut>();
  }

  /// To the next place; nullptr at the end.
  const Cut* next() {
    if (i == a.size() && j == b.size()) return nullptr;
    std::strong_ordering order = std::strong_ordering::equal;
    if (i == a.size())
      order = std::strong_ordering::greater;
    else if (j == b.size())
      order = std::strong_ordering::less;
    else
      order = a[i] <=> b[j];
    const Cut* here = order > 0 ? &b[j] : &a[i];
    if (order <= 0) ++i, in_a = !in_a;
    if (order >= 0) ++j, in_b = !in_b;
    return here;
  }

  static Range make(bool starts_inside, std::vector<Cut> cuts) {
    return Range(starts_inside, std::move(cuts));
  }

  std::span<const Cut> a, b;
  std::size_t i = 0, j = 0;
  bool in_a, in_b;
};

Range::Range(bool starts_inside, Cuts cuts)
    : starts_inside_(starts_inside),
      cuts_(cuts.empty() ? nullptr : std::make_shared<const Cuts>(std::move(cuts))) {}

Range Range::full() { return Range(true, {}); }

Range Range::exactly(const pep::Version& version) {
  return Range(false, {{version, Side::below}, {version, Side::above}});
}

Range Range::between(const Cut& low, const Cut& high) {
  if (low >= high) return Range();
  return Range(false, {low, high});
}

Range Range::above(const Cut& low) { return Range(false, {low}); }
Range Range::below(const Cut& high) { return Range(true, {high}); }

Range Range::from_specifier(const pep::Specifier& clause) {
  if (!clause.version) return Range();
  const pep::Version& v = *clause.version;
  switch (clause.op) {
    case pep::Operator::arbitrary:
      return exactly(v);
    case pep::Operator::equal:
      return equal_range(clause);
    case pep::Operator::not_equal:
      return equal_range(clause).complement();
    case pep::Operator::compatible:
      return compatible_range(v);
    case pep::Operator::less:
      return below(v.is_prerelease() ? Cut{v, Side::below} : below_devs(v));
    case pep::Operator::less_equal:
      return below(above_locals(v));
    case pep::Operator::greater:
      return above(above_posts(v));
    case pep::Operator::greater_equal:
      return above({v, Side::below});
  }
  return Range();
}

Range Range::from_specifiers(const pep::SpecifierSet& clauses) {
  Range all = full();
  for (const pep::Specifier& clause : clauses.clauses()) all = all & from_specifier(clause);
  return all;
}

bool Range::contains(const pep::Version& version) const {
  if (!cuts_) return starts_inside_;
  auto under = std::partition_point(cuts_->begin(), cuts_->end(),
                                    [&](const Cut& cut) { return cut.is_under(version); });
  return starts_inside_ != ((under - cuts_->begin()) % 2 != 0);
}

bool Range::is_pinned() const {
  if (starts_inside_ || !cuts_ || cuts_->size() != 2) return false;
  const Cut& low = cuts_->front();
  const Cut& high = cuts_->back();
  if (low.side != Side::below) return false;
  return high == Cut{low.version, Side::above} || high == above_locals(low.version);
}

Range Range::complement() const {
  Range other = *this;
  other.starts_inside_ = !starts_inside_;
  return other;
}

Range Range::operator&(const Range& other) const {
  if (is_full() || other.is_empty()) return other;
  if (other.is_full() || is_empty()) return *this;
  RangeWalk walk(*this, other);
  bool starts = walk.in_a && walk.in_b, inside = starts;
  Cuts cuts;
  while (const Cut* cut = walk.next()) {
    if ((walk.in_a && walk.in_b) == inside) continue;
    inside = !inside;
    cuts.push_back(*cut);
  }
  return Range(starts, std::move(cuts));
}

Range Range::operator|(const Range& other) const {
  return (complement() & other.complement()).complement();
}

bool Range::is_disjoint_from(const Range& other) const {
  RangeWalk walk(*this, other);
  do {
    if (walk.in_a && walk.in_b) return false;
  } while (walk.next());
  return true;
}

bool Range::is_subset_of(const Range& other) const { return is_disjoint_from(other.complement()); }

bool Range::operator==(const Range& other) const {
  if (starts_inside_ != other.starts_inside_ || !cuts_ != !other.cuts_) return false;
  return cuts_ == other.cuts_ || *cuts_ == *other.cuts_;
}

std::vector<std::pair<std::size_t, std::size_t>> Range::runs(const KnownVersions& known) const {
  std::vector<std::pair<std::size_t, std::size_t>> found;
  std::size_t count = cuts_ ? cuts_->size() : 0, begin = 0;
  bool inside = starts_inside_;
  for (std::size_t i = 0; i <= count; ++i, inside = !inside) {
    std::size_t end = known.size();
    if (i < count) {
      const auto rest = std::views::iota(begin, known.size());
      end =
          begin + static_cast<std::size_t>(
                      std::ranges::partition_point(
                          rest, [&](std::size_t at) { return !(*cuts_)[i].is_under(known[at]); }) -
                      rest.begin());
    }
    bool touches = !found.empty() && found.back().second == begin;
    if (inside && end > begin && touches)
      found.back().second = end;
    else if (inside && end > begin)
      found.emplace_back(begin, end);
    begin = end;
  }
  return found;
}

std::vector<pep::Version> Range::select(const KnownVersions& known) const {
  std::vector<pep::Version> found;
  for (const auto& [begin, end] : runs(known)) {
    for (std::size_t i = begin; i < end; ++i) found.push_back(known[i]);
  }
  return found;
}

Range Range::widened(const KnownVersions& known) const {
  Cuts cuts;
  bool starts = false;
  for (const auto& [begin, end] : runs(known)) {
    if (begin == 0)
      starts = true;
    else
      cuts.push_back({known[begin - 1], Side::above});
    if (end < known.size()) cuts.push_back({known[end], Side::below});
  }
  return starts || !cuts.empty() ? Range(starts, std::move(cuts)) : *this;
}

bool Range::reaches_above(const Range& other) const {
  bool open = starts_inside_ != (cuts().size() % 2 != 0);
  bool other_open = other.starts_inside_ != (other.cuts().size() % 2 != 0);
  if (open || other_open) return open && !other_open;
  return !is_empty() && (other.is_empty() || cuts().back() > other.cuts().back());
}

std::span<const Cut> Range::cuts() const {
  return cuts_ ? std::span<const Cut>(*cuts_) : std::span<const Cut>();
}

Range Range::numbered(std::span<const Cut> places) const {
  Cuts numbers;
  for (const Cut& cut : cuts()) {
    auto place = std::lower_bound(places.begin(), places.end(), cut) - places.begin();
    numbers.push_back(
        {pep::Version::from_release(0, {static_cast<std::uint64_t>(place) + 1}), Side::below});
  }
  return Range(starts_inside_, std::move(numbers));
}

std::string Range::str() const { return range_text(*this); }

std::string Range::str(std::span<const pep::Version> known) const {
  return range_text(*this, known);
}

}  // namespace pipit::solve
