// PubGrub as a state machine: it returns what it needs to know, and learns from the answers. No
// I/O, clock or thread inside.
//
// For readers of the pubgrub crate: where it calls a method of its DependencyProvider, step()
// returns a question, and the driver answers with a call.
//
//   DependencyProvider          here
//   prioritize                  none: Priorities (priority.h) keeps the order
//   choose_version              NeedCandidate, answered by decide() or no_candidate()
//   get_dependencies            NeedDependencies, answered by dependencies() or unavailable()
//   should_cancel               none: a driver that wants to stop does not call step() again
//   Result of resolve()         Solved, or Conflict with its Derivation (their DerivationTree)
#pragma once
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.h"
#include "pep/version.h"
#include "solve/derivation.h"
#include "solve/package.h"
#include "solve/range.h"

namespace pipit::solve {

/// "The package with this dependency needs `package` in `range`." A package with an extra stands
/// for the project in `range` and its extra; `a[x,y]>=1` is two dependencies with the same text.
struct Dependency {
  Package package;
  Range range;
  std::string text;    // as a person reads it: "b[x]>=2"; "" is composed from package and range
  std::string origin;  // where the user wrote it, "requirements.in:3"; "": it is a package's
  bool direct_url = false;  // pinned to a URL: decided before everything else
  int code = 0;             // the driver's own: Incompatibility::reason has it
};

/// Which version of `package` (never virtual) within `range`? Answer with decide() or
/// no_candidate().
struct NeedCandidate {
  PackageId package;
  Range range;
};
/// What does this version need? For a virtual package: what does its extra need on top (needs that
/// hold without the extra do no harm). Answer with dependencies() or unavailable().
struct NeedDependencies {
  PackageId package;
  pep::Version version;
};
struct Decision {
  Package package;
  pep::Version version;
};
/// All decisions, virtual packages included (with their project's version), sorted by package.
struct Solved {
  std::vector<Decision> decisions;
};
/// No solution exists; explain() turns `why` into sentences.
struct Conflict {
  Derivation why;
};
using Step = std::variant<NeedCandidate, NeedDependencies, Solved, Conflict>;

/// One resolution for one target (one fork). The driver's loop: step(), answer, step() … until
/// Solved or Conflict.
///
/// Given the same answers the result is the same, whatever the order of roots and constraints or
/// the time of the answers. It stays so if the driver answers by package, range and version alone,
/// and a package's candidates do not change during a resolution. Markers are the driver's business:
/// it leaves out dependencies that do not hold for the target. For a resolution of several targets
/// it copies the solver at the point where their dependencies begin to differ and answers each copy
/// for its own; what was learned before holds in both. A copy costs a few pointers per package,
/// version met and incompatibility learned; copies share nothing that changes. Not thread-safe; ids
/// are valid for this solver and copies of it.
class Solver {
 public:
  /// `constraints` bind packages that are required otherwise, and require nothing themselves (a
  /// constraint on an extra binds its project).
  explicit Solver(std::vector<Dependency> roots, std::vector<Dependency> constraints = {});
  ~Solver();
  Solver(const Solver& other);
  Solver(Solver&& other) noexcept;
  Solver& operator=(const Solver& other);
  Solver& operator=(Solver&& other) noexcept;

  /// Runs until the driver is needed. Called again without an answer, it returns the same step.
  Step step();

  // Answers. Code::internal when they do not fit the question that step() returned last.

  /// The best candidate of NeedCandidate's range by the driver's rules.
  Result<void> decide(PackageId package, const pep::Version& version);
  /// Nothing in `range`, which should hold NeedCandidate's, can be used. `reason` has no text when
  /// there simply is no such version; else "was not found on the package index", "has no wheel for
  /// this platform".
  Result<void> no_candidate(PackageId package, const Range& range, const Reason& reason = {});
  /// What NeedDependencies' version needs, in the order of its metadata.
  Result<void> dependencies(PackageId package, const pep::Version& version,
                            std::span<const Dependency> needs);
  /// This version cannot be used at all; `reason` as above: "needs python>=3.13", "has invalid
  /// metadata (…)".
  Result<void> unavailable(PackageId package, const pep::Version& version, const Reason& reason);

  // At any time between steps.

  /// No version of `package` in `range` can be used, for `reason`. Good for batches: candidates
  /// passed over for the same reason are one fact in an explanation, and are never asked about
  /// again.
  void reject(PackageId package, const Range& range, Reason reason);
  /// All candidates that the driver may ever decide on for `package` (not virtual), ascending. Must
  /// come before the first decide() of the package or not at all: what is learned about a version
  /// is then learned about the gap around it, so those of neighbours join, and messages name
  /// versions that exist.
  void set_versions(PackageId package, std::vector<pep::Version> versions);
  /// The same for a view, with what keeps it valid.
  void set_versions(PackageId package, const KnownVersions& versions,
                    std::shared_ptr<const void> owner);

  // For the driver and its scout.

  const Package& package(PackageId id) const;
  /// Interns; a package that nothing depends on is never decided.
  PackageId id_of(const Package& package);
  /// Versions of `package` decided on and given up again (or unavailable) so far: how many more
  /// candidates to prefetch.
  std::size_t rejected(PackageId package) const;
  /// The requirement, from the last dependencies(), for which the version was given up at once; ""
  /// when it was accepted.
  const std::string& refusal() const;
  /// Where versions of `package` may still be chosen from, whatever else is decided: by the user's
  /// requirements and what was learned while nothing was decided. Never too narrow; what was
  /// learned beside a decision is not in it until that decision is undone.
  Range lasting_range(PackageId package) const;
  /// Wanted and undecided projects with the range that is left, in the order in which they would be
  /// decided now.
  std::vector<NeedCandidate> TEST_pending() const;
  /// Steps taken: decisions, and conflicts resolved by backtracking. For traces and tests.
  struct Counts {
    std::size_t decisions = 0, conflicts = 0, incompatibilities = 0;
  };
  Counts counts() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace pipit::solve
