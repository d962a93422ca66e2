// Which package is decided next.
#pragma once
#include <compare>
#include <cstddef>
#include <optional>
#include <vector>

#include "solve/derivation.h"

namespace pipit::solve {

/// The order of decisions, by project: what is pinned first, then what gave trouble, then in order
/// of discovery.
class Priorities {
 public:
  enum class Rank : std::uint8_t {
    plain,
    culprit,   // its choice often made other packages fail
    sufferer,  // it was often without a choice that fits
    pinned,    // some requirement leaves one version
    direct_url,
  };
  /// Greater is decided sooner.
  struct Key {
    Rank rank = Rank::plain;
    std::size_t age = 0;  // the project's place in order of discovery, from the end
    auto operator<=>(const Key&) const = default;
  };

  /// Makes room for packages up to `end`; to be called before they are named.
  void grow(PackageId end);
  /// Some requirement names `project` (an id of a package that is not virtual).
  void discover(PackageId project, Rank rank);
  Key key(PackageId project) const;

  /// After `decided` was decided, `failed` conflicted with the other packages of `why`.
  /// `project_of` maps packages to projects.
  void record_conflict(PackageId decided, PackageId failed, const Incompatibility& why,
                       const std::vector<PackageId>& project_of);
  /// Ranks raised by the conflicts recorded since the last call. Returns packages to go back
  /// before.
  std::vector<PackageId> promote(const std::vector<PackageId>& project_of);

 private:
  struct Project {
    Rank rank = Rank::plain;
    std::optional<std::size_t> place;
  };
  struct Trouble {
    unsigned suffered = 0, caused = 0;
  };
  std::vector<Project> projects_;
  std::vector<Trouble> troubles_;
  std::vector<PackageId> sufferers_, culprits_;  // reached the threshold since the last promote()
  std::size_t discovered_ = 0;
};

}  // namespace pipit::solve
