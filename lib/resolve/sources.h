// Where the answers to a solver's questions come from: what is asked for, pages, candidates,
// metadata. One for all forks of a resolution; not for several threads at once.
#pragma once
#include <map>
#include <memory>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "resolve/budget.h"
#include "resolve/candidates.h"
#include "resolve/preferences.h"
#include "resolve/scope.h"
#include "resolve/scout.h"
#include "resolve/url_versions.h"

namespace pipit::resolve {

/// A requirement, and where it counts: all() when there is one target.
struct Need {
  const pep::Requirement* requirement = nullptr;
  pep::MarkerSet where;
  const UserRequirement* wanted = nullptr;  // the user's own; null: a package's
  bool is_constraint = false;      // it only binds what something else needs
};

/// Where a version the solver speaks of is found.
struct Spot {
  Candidates* candidates = nullptr;
  std::optional<std::size_t> at;  // its release; nullopt: no such version
};

class Sources {
 public:
  /// The arguments outlive it.
  Sources(const Problem& problem, index::Catalog& catalog, dist::Database& dists,
          base::Events& events, Budget& budget, std::stop_token stop);

  const Problem& problem() const { return problem_; }
  base::Events& events() const { return events_; }
  /// Tells the user once: forks come across the same things.
  void warn(const std::string& text);
  Scout& scout() { return scout_; }
  MarkerMemo& memo() { return memo_; }
  Preferences& preferences() { return preferences_; }
  UrlVersions& url_versions() { return url_versions_; }
  bool is_stopped() const { return stop_.stop_requested(); }
  /// Sets the scout on the roots.
  void send_scout();

  // All of the following are of what counts in some environment of `scope`.

  /// Whether the requirement's marker holds.
  bool holds(const pep::Requirement& requirement, const Scope& scope);
  /// The user's requirements, overrides and exclusions applied.
  std::vector<Need> roots(const Scope& scope);
  /// The user's word on where this project comes from, if it names a path or URL; null: there is
  /// none.
  const UserRequirement* direct_wish(const std::string& project, const Scope& scope);
  /// What it names; may wait. Code::parse: another project; errors of Database::direct().
  Result<dist::Database::Direct> learned(const UserRequirement& wanted);
  /// Whether a requirement by URL names what the user's word on its project does; may wait. Errors
  /// of UrlVersions::look_up().
  Result<bool> is_what_user_wants(const pep::Requirement& requirement,
                                  const UserRequirement& wanted);
  /// Errors of UrlVersions::find().
  Result<UrlVersion*> url_version_of(const pep::Requirement& requirement);
  /// What the metadata asks for with this extra ("" for none), overrides and exclusions applied;
  /// in a universal resolution, of an extra only what it adds. Points into `data` and the problem.
  std::vector<Need> needs_of(const pep::Metadata& data, const std::string& extra,
                             const Scope& scope);
  /// Universal: constraints whose markers do not hold everywhere, as far as they bind these needs.
  std::vector<Need> conditional_constraints(const std::vector<Need>& needs, const Scope& scope);
  /// The project's page or the one of its direct file; may wait. Errors of Catalog::page() and
  /// learned().
  Result<index::PagePtr> page_of(const std::string& project, const Scope& scope);
  /// Its releases, judged as far as they were looked at; Code::bad_index when quarantined.
  Result<Candidates*> candidates_of(const std::string& project, const Scope& scope);
  /// The release that the solver's version of the project is. Errors as above.
  Result<Spot> spot_of(const std::string& project, const pep::Version& version, const Scope& scope);
  /// What is present already as exactly this version; null: nothing.
  const Present* present_as(const std::string& project, const pep::Version& version,
                            const Scope& scope);

  /// The metadata that speaks for a judged release; may wait. Errors of Database::metadata().
  Result<pep::MetadataPtr> metadata_of(const Judged& judged);
  /// The same if it was asked for before; null if not.
  pep::MetadataPtr known_metadata_of(const Judged& judged) const;

 private:
  bool counts(const pep::MarkerSet& where, const Scope& scope) const;
  Candidates* judged_page(const index::PagePtr& page);

  const Problem& problem_;
  index::Catalog& catalog_;
  dist::Database& dists_;
  base::Events& events_;
  Budget& budget_;
  const std::stop_token stop_;
  Scout scout_;
  MarkerMemo memo_;
  Preferences preferences_;
  UrlVersions url_versions_;
  std::map<std::string, std::vector<const UserRequirement*>> direct_, constraints_, overrides_;
  std::map<std::string, index::PagePtr> pages_;
  std::set<std::string> warnings_;
  std::map<const index::Page*, std::unique_ptr<Candidates>> candidates_;
  std::map<const index::File*, pep::MetadataPtr> metadata_;
};

}  // namespace pipit::resolve
