// Sets of PEP 440 versions, exact for every specifier.
#pragma once
#include <compare>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "pep/specifier.h"
#include "pep/version.h"

namespace pipit::solve {

/// A place between two versions: just below `version`, just above it, or (a final release's only)
/// above all its post-releases and locals. Other places are spelled with these: below 2's
/// pre-releases is below 2.dev0; above 1's locals is below 1.post0.dev0.
struct Cut {
  enum class Side : std::uint8_t { below, above, above_posts };
  pep::Version version;
  Side side = Side::below;

  /// Whether `candidate` lies above this place.
  bool is_under(const pep::Version& candidate) const;
  std::strong_ordering operator<=>(const Cut& other) const;
  bool operator==(const Cut& other) const { return (*this <=> other) == 0; }
};

/// The versions of a project that exist, ascending; read one by one, so that a list need not be
/// made of those that nobody asks about. A view: what it reads must outlive it.
class KnownVersions {
 public:
  using At = const pep::Version& (*)(const void* from, std::size_t at);
  KnownVersions(std::span<const pep::Version> list)
      : KnownVersions(list.data(), list.size(), [](const void* from, std::size_t at) -> auto& {
          return static_cast<const pep::Version*>(from)[at];
        }) {}
  KnownVersions(const std::vector<pep::Version>& list)
      : KnownVersions(std::span<const pep::Version>(list)) {}
  KnownVersions(const void* from, std::size_t size, At at) : from_(from), size_(size), at_(at) {}
  std::size_t size() const { return size_; }
  const pep::Version& operator[](std::size_t at) const { return at_(from_, at); }

 private:
  const void* from_;
  std::size_t size_;
  At at_;
};

/// A set of versions: an immutable value, a pointer to copy. Pre-releases are versions like any
/// other here; which of the versions in a range is preferred is the driver's rule.
class Range {
 public:
  /// The empty set.
  Range() = default;
  static Range full();
  /// Exactly this version; its locals are others ("1.0+x" is not in exactly("1.0")).
  static Range exactly(const pep::Version& version);
  /// All versions between two places; empty when `low` is not below `high`.
  static Range between(const Cut& low, const Cut& high);
  static Range above(const Cut& low);
  static Range below(const Cut& high);
  /// PEP 440's meaning of one clause. "===text" is exactly(text); the empty set when text is not a
  /// version.
  static Range from_specifier(const pep::Specifier& clause);
  /// All clauses at once; full() for none.
  static Range from_specifiers(const pep::SpecifierSet& clauses);

  bool contains(const pep::Version& version) const;
  bool is_empty() const { return !starts_inside_ && !cuts_; }
  bool is_full() const { return starts_inside_ && !cuts_; }
  /// One version and perhaps its locals: what "==V" or "===V" gives.
  bool is_pinned() const;

  Range complement() const;
  Range operator&(const Range& other) const;
  Range operator|(const Range& other) const;
  Range operator-(const Range& other) const { return *this & other.complement(); }
  bool is_subset_of(const Range& other) const;
  bool is_disjoint_from(const Range& other) const;
  bool operator==(const Range& other) const;

  /// Where the versions of `known` (ascending) in this range lie: index of the first, index after
  /// the last; runs do not touch.
  std::vector<std::pair<std::size_t, std::size_t>> runs(const KnownVersions& known) const;
  /// The versions of `known` (ascending) in this range.
  std::vector<pep::Version> select(const KnownVersions& known) const;
  /// This range grown as far as it holds no further version of `known` (ascending), and as few
  /// pieces as that allows. With no known version in it, it is returned as it is. Neighbours grown
  /// like this touch, so their union is one piece.
  Range widened(const KnownVersions& known) const;

  /// Whether this holds versions above all of `other`.
  bool reaches_above(const Range& other) const;
  /// Whether the lowest versions are in it.
  bool starts_inside() const { return starts_inside_; }
  /// Where it changes sides, ascending.
  std::span<const Cut> cuts() const;
  /// The same set over versions that are numbers: a cut, which must be one of `places` (ascending),
  /// becomes the place below the number that follows its index.
  Range numbered(std::span<const Cut> places) const;

  /// Specifier text: ">=1,<2", "==1.0", "" for full; pieces are joined with " or ", a hole is
  /// "!=1.5". "nothing" for empty.
  std::string str() const;
  /// The same for a reader who sees only `known` (ascending): said with versions that exist, as
  /// short as possible. Falls back on str() when no known version is inside.
  std::string str(std::span<const pep::Version> known) const;

 private:
  friend struct RangeWalk;
  using Cuts = std::vector<Cut>;
  Range(bool starts_inside, Cuts cuts);

  bool starts_inside_ = false;  // whether the lowest versions are inside; every cut changes sides
  std::shared_ptr<const Cuts> cuts_;  // ascending; never empty
};

}  // namespace pipit::solve
