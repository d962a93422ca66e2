// One fork of a resolution: a solver and the driver that answers it. A resolution for one target is
// one fork from start to end.
#pragma once
#include <map>
#include <set>
#include <variant>

#include "resolve/provider.h"
#include "resolve/split.h"
#include "solve/solver.h"

namespace pipit::resolve {

/// A resolution that takes more steps than this is given up.
inline constexpr std::size_t kMaxSteps = 2'000'000;

/// The requirement without its marker, as messages show it.
std::string requirement_text(const pep::Requirement& requirement);

/// A value: a copy continues from the same point by itself. Copies share the provider, which
/// outlives them.
class Fork {
 public:
  /// Starts at the roots, for all of `scope`.
  Fork(Provider& provider, Scope scope);

  /// Metadata names a URL for a project whose releases were offered to the solver before: the
  /// resolution has to begin again, now that the URL is known.
  struct Restart {};
  /// Solved, without a solution, or (universal only) to be continued in parts by part().
  using Outcome = std::variant<solve::Solved, solve::Conflict, Parts, Restart>;
  /// Answers the solver until one of those is reached. Network and file errors end it, and so do
  /// failed builds (while the solver backtracks they are put off: perhaps there is no solution
  /// anyway). Code::no_solution when it takes more steps.
  Result<Outcome> run(std::size_t max_steps = kMaxSteps);
  /// This fork for some of its environments only: what was decided stays decided.
  Fork part(pep::MarkerSet environments) const;

  const Scope& scope() const { return scope_; }
  /// Whether it continues from answers that were given for more environments than its own. What
  /// does not hold in its own may then bind it.
  bool is_part() const { return is_part_; }
  /// Whether the solver tried versions of the project and gave them up.
  bool has_given_up(const std::string& project) {
    return solver_.rejected(solver_.id_of({project, ""})) > 0;
  }
  solve::Solver::Counts counts() const { return solver_.counts(); }

 private:
  enum class Fit { whole, split, none };

  Result<void> answer_candidate(const solve::NeedCandidate& need);
  Result<void> answer_dependencies(const solve::NeedDependencies& need);
  void ask_ahead(const solve::NeedCandidate& need, Candidates& candidates, std::size_t at,
                 Order order);
  std::optional<pep::Version> preferred(const solve::NeedCandidate& need, Candidates& candidates);
  Result<void> choose(solve::NeedCandidate need, Candidates& candidates);
  bool names_prerelease(const Candidates& candidates) const;
  std::optional<std::size_t> pinned_yanked(const solve::NeedCandidate& need,
                                           Candidates& candidates) const;
  std::optional<Order> order_of(const Candidates::Allowed& allowed, Candidates& candidates);
  Fit fit(const pep::MarkerSet& python);
  std::optional<solve::Reason> why_uncovered(const Judged& judged) const;
  std::optional<std::size_t> in_place_of_local(const solve::Range& range, Candidates& candidates,
                                               std::size_t at) const;
  void give_versions(solve::PackageId id, const Candidates& candidates);
  void tell_why_none(solve::PackageId id, Candidates& candidates, const solve::Range& range);
  Result<void> answer_dependencies_of(const solve::NeedDependencies& need,
                                      const ReleaseRef& release);
  Result<void> take_missing(const solve::NeedCandidate& need, solve::Reason why);
  Result<void> pass_over_version(const solve::NeedDependencies& need, Error error);
  Result<void> tell_likely(const std::string& project, const pep::Version& version);
  bool is_going_back(const std::string& project);
  Result<void> put_off_failure(const solve::NeedDependencies& need, Error error);
  /// The versions that a package's requirement by URL leaves of its project; the reason why the
  /// package itself cannot be used because of it; or that the resolution has to begin again.
  using UrlRange = std::variant<solve::Range, solve::Reason, Restart>;
  Result<UrlRange> url_range(const solve::NeedDependencies& need,
                             const pep::Requirement& requirement);
  std::unexpected<Error> with_reason(Error error, const std::string& project);
  void note_requirer(const solve::NeedDependencies& need, const pep::Requirement& requirement);
  std::string user_requirement_text(const std::string& project);
  std::string shown_version(const std::string& project, const pep::Version& version) const;
  Result<void> give_dependencies(const solve::NeedDependencies& need, const solve::Package& package,
                                 const pep::Metadata& data);
  void warn_unknown_extra(const solve::Package& package, const pep::Version& version,
                          const pep::Metadata& data);

  Provider* provider_;
  Scope scope_;
  solve::Solver solver_;
  /// Projects whose versions the solver was given, and how many URLs of each were known then.
  std::map<solve::PackageId, std::size_t> versions_given_;
  /// What required a project last, for messages.
  struct Requirer {
    std::string project, text;  // "a", "a 1.0 needs b>=2"
  };
  std::map<std::string, Requirer> required_by_;
  /// Which versions of a project packages that were tried pin, with Policy::any_pin_takes_yanked.
  std::map<std::string, std::map<std::string, pep::Specifier>> pins_;
  /// Projects of which a package that was tried requires a pre-release by name.
  std::set<std::string> named_prerelease_;
  /// Of versions that were met while backtracking.
  std::vector<Error> failed_builds_;
  Parts parts_;  // set when it cannot continue in one piece
  bool restart_ = false;
  bool is_part_ = false;
};

/// What the user needs in `scope`: roots, and in a universal resolution the constraints that bind
/// them under a marker.
std::vector<Need> root_needs(Provider& provider, const Scope& scope);

}  // namespace pipit::resolve
