// The dependency provider: the problem, pages, candidates and metadata, from which a fork answers
// its solver. One for all forks of a resolution; not for several threads at once.
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
  const UserRequirement* wanted = nullptr;  // whose requirement it is; null: a package's
  bool is_constraint = false;               // it only binds what something else needs
};

/// The release that a version of the solver's stands for.
struct ReleaseRef {
  Candidates* candidates = nullptr;
  std::optional<std::size_t> at;  // its place among the candidates; nullopt: no such version
};

class Provider {
 public:
  /// The arguments outlive it.
  Provider(const Problem& problem, index::Catalog& catalog, distribution::Database& dists,
           base::Events& events, Budget& budget, std::stop_token stop);

  const Problem& problem() const { return problem_; }
  base::Events& events() const { return events_; }
  /// Warns once per run: forks come across the same things.
  void warn(const std::string& text);
  Scout& scout() { return scout_; }
  MarkerMemo& memo() { return memo_; }
  Preferences& preferences() { return preferences_; }
  UrlVersions& url_versions() { return url_versions_; }
  Likely& likely() { return *likely_; }
  const index::SearchRecord& searched() const { return catalog_.searched(); }
  bool is_stopped() const { return stop_.stop_requested(); }
  /// Starts the scout with the roots.
  void send_scout();
  /// For a resolution without dependencies: the files of pinned roots are told as likely as soon as
  /// their pages are there, whatever the solver waits for.
  void tell_pinned();

  // All of the following consider what applies in some environment of `scope`.

  /// Whether the requirement's marker holds.
  bool holds(const pep::Requirement& requirement, const Scope& scope);
  /// Whether overrides replace all requirements on the project.
  bool is_overridden(const std::string& project) const { return overrides_.contains(project); }
  /// The user's requirements, overrides and exclusions applied.
  std::vector<Need> roots(const Scope& scope);
  /// By project: its own, and those of overrides and constraints.
  UserHashes user_hashes(const Scope& scope);
  /// The user's requirement that names a path or URL for this project; null: there is none.
  const UserRequirement* direct_requirement(const std::string& project, const Scope& scope);
  /// What that names; may wait. Code::parse: another project; errors of Database::direct().
  Result<distribution::ResolvedDirect> look_up_direct(const UserRequirement& wanted);
  /// Whether a package's requirement by URL names the same as the user's; may wait. Errors of
  /// UrlVersions::look_up().
  Result<bool> is_what_user_requires(const pep::Requirement& requirement,
                                     const UserRequirement& wanted);
  /// Errors of UrlVersions::find().
  Result<UrlVersion*> url_version_of(const pep::Requirement& requirement);
  /// What the metadata requires with this extra ("" for none), overrides and exclusions applied; in
  /// a universal resolution, for an extra, only what it adds. Points into `data` and the problem.
  std::vector<Need> needs_of(const pep::Metadata& data, const std::string& extra,
                             const Scope& scope);
  /// Universal: constraints whose markers do not hold everywhere, as far as they bind these needs.
  std::vector<Need> conditional_constraints(const std::vector<Need>& needs, const Scope& scope);
  /// The versions that a requirement of the index allows; may wait for the project's page: "==="
  /// means the text ("1.0" is not "1.0.0"), which only a page tells.
  solve::Range range_of(const pep::Requirement& requirement, const Scope& scope);
  /// The project's page, or the page of its direct file; may wait. Errors of Catalog::page() and
  /// look_up_direct().
  Result<index::PagePtr> page_of(const std::string& project, const Scope& scope);
  /// Its releases, which are judged when they are looked at; Code::bad_index when quarantined.
  Result<Candidates*> candidates_of(const std::string& project, const Scope& scope);
  /// The release that this version of the solver's stands for. Errors as above.
  Result<ReleaseRef> release_of(const std::string& project, const pep::Version& version,
                                const Scope& scope);
  /// The distribution that is installed already in exactly this version; null: there is none.
  const Present* present_as(const std::string& project, const pep::Version& version,
                            const Scope& scope);

  /// The metadata that is used for a judged release; may wait. Errors of Database::metadata().
  Result<pep::MetadataPtr> metadata_of(const Judged& judged);
  /// The same if it was fetched before; null if not.
  pep::MetadataPtr known_metadata_of(const Judged& judged) const;

 private:
  std::map<std::string, Present> allowed_present(const Scope& scope);
  bool counts(const pep::MarkerSet& where, const Scope& scope) const;
  void add_overrides(const std::string& name, const Scope& scope, std::vector<Need>& out);
  bool is_spelled(const std::string& project, const pep::Specifier& clause, const Scope& scope);
  void show_work_on(const std::string& project);
  Candidates* judged_page(const index::PagePtr& page);

  const Problem& problem_;
  index::Catalog& catalog_;
  distribution::Database& dists_;
  base::Events& events_;
  Budget& budget_;
  const std::stop_token stop_;
  Scout scout_;
  MarkerMemo memo_;
  Preferences preferences_;
  UrlVersions url_versions_;
  std::shared_ptr<Likely> likely_;
  std::map<std::string, std::vector<const UserRequirement*>> direct_, constraints_, overrides_;
  std::map<std::string, index::PagePtr> pages_;
  std::set<std::string> warnings_;
  std::map<const index::Page*, std::unique_ptr<Candidates>> candidates_;
  std::map<const index::File*, pep::MetadataPtr> metadata_;
};

}  // namespace pipit::resolve
