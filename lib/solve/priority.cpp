// PubGrub is right in any order of decisions, but how long it takes, and which of several solutions
// it finds, hangs on the order.
//
// Three observations. A pinned package has no choice, so deciding it first costs nothing and tells
// much. Requirements found early are near the user's own wishes, so their packages get the newest
// versions, and deciding in order of discovery walks the graph breadth first. And trouble repeats:
// when the newest release of one package fits no acceptable release of another, PubGrub in plain
// order tries release after release of the one that comes later, each rejected for a reason of its
// own. Counting tells which pair it is. After a few conflicts the one that suffers is moved to the
// front of what is not pinned, and the one that causes it right behind, undoing its decision; from
// then on the sufferer gets its newest release and the culprit gives way. Each package changes its
// rank for trouble once or twice, so the search still ends.
#include "solve/priority.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace pipit::solve {

namespace {

constexpr unsigned kTroubleThreshold = 5;

}  // namespace

void Priorities::grow(PackageId end) {
  projects_.resize(end);
  troubles_.resize(end);
}

void Priorities::discover(PackageId project, Rank rank) {
  Project& it = projects_[project];
  if (!it.place) it.place = discovered_++;
  it.rank = std::max(it.rank, rank);
}

Priorities::Key Priorities::key(PackageId project) const {
  const Project& it = projects_[project];
  return {it.rank, std::numeric_limits<std::size_t>::max() - it.place.value_or(discovered_)};
}

void Priorities::record_conflict(PackageId decided, PackageId failed, const Incompatibility& why,
                                 const std::vector<PackageId>& project_of) {
  bool real = false;
  for (const auto& [package, term] : why.terms) {
    if (project_of[package] == project_of[failed])
      continue;  // an extra and its project do not fight
    real = true;
    if (++troubles_[package].caused == kTroubleThreshold) culprits_.push_back(package);
  }
  if (real && ++troubles_[decided].suffered == kTroubleThreshold) sufferers_.push_back(decided);
}

std::vector<PackageId> Priorities::promote(const std::vector<PackageId>& project_of) {
  for (PackageId package : std::exchange(sufferers_, {}))
    projects_[project_of[package]].rank = Rank::sufferer;
  std::vector<PackageId> go_back;
  for (PackageId package : std::exchange(culprits_, {})) {
    Project& project = projects_[project_of[package]];
    if (project.rank == Rank::culprit || project.rank == Rank::sufferer) continue;
    project.rank = Rank::culprit;
    go_back.push_back(package);
  }
  return go_back;
}

}  // namespace pipit::solve
