// One fork of a resolution: a solver and whoever answers it. A resolution for one target is one
// fork.
#pragma once
#include <set>
#include <variant>

#include "resolve/sources.h"
#include "solve/solver.h"

namespace pipit::resolve {

// Why releases were passed over, following the package's name: how the reasons begin.
inline constexpr std::string_view kPlatformReason = "has no wheel for this platform";
inline constexpr std::string_view kPythonReason = "requires Python";
inline constexpr std::string_view kYankedReason = "was yanked";
inline constexpr std::string_view kTooNewReason = "is newer than --exclude-newer allows";
inline constexpr std::string_view kNoUploadTimeReason =
    "has no upload time, which --exclude-newer needs";
inline constexpr std::string_view kBinaryReason =
    "has no file that --only-binary and --no-binary allow";
inline constexpr std::string_view kPrereleaseReason = "is a pre-release";

/// The reason of a release that cannot be used; "" of one that can.
std::string reason_text(const Judged& judged);
/// The requirement without its marker, as messages show it.
std::string requirement_text(const pep::Requirement& requirement);

/// A value: a copy goes on from the same point by itself. Copies share the sources, which outlive
/// them.
class Fork {
 public:
  /// At the roots.
  explicit Fork(Sources& sources);

  /// Solved, or without a solution.
  using Outcome = std::variant<solve::Solved, solve::Conflict>;
  /// Answers the solver until it is done. Network and file errors end it; Code::no_solution when it
  /// takes more steps.
  Result<Outcome> run(std::size_t max_steps = 2'000'000);
  /// Whether versions of the project were tried and given up.
  bool has_given_up(const std::string& project) {
    return solver_.rejected(solver_.id_of({project, "", ""})) > 0;
  }
  solve::Solver::Counts counts() const { return solver_.counts(); }

 private:
  Result<void> answer_candidate(const solve::NeedCandidate& need);
  Result<void> answer_dependencies(const solve::NeedDependencies& need);
  void ask_ahead(const solve::NeedCandidate& need, Candidates& candidates, std::size_t at);
  void give_versions(solve::PackageId id, const Candidates& candidates);
  void tell_why_none(solve::PackageId id, Candidates& candidates, const solve::Range& range);
  Result<void> pass_over_version(const solve::NeedDependencies& need, Candidates& candidates,
                                 std::size_t at, const Error& error);
  Result<void> pass_over_sdists(const solve::NeedDependencies& need, Candidates& candidates,
                                std::size_t at);
  Result<void> give_dependencies(const solve::NeedDependencies& need, const solve::Package& package,
                                 const pep::Metadata& data);
  void warn_unknown_extra(const solve::Package& package, const pep::Version& version,
                          const pep::Metadata& data);

  Sources* sources_;
  solve::Solver solver_;
  std::set<solve::PackageId> versions_given_;
};

}  // namespace pipit::resolve
