// Where the answers to a solver's questions come from: what is asked for, pages, candidates,
// metadata. One for all forks of a resolution; not for several threads at once.
#pragma once
#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "resolve/budget.h"
#include "resolve/resolver.h"
#include "resolve/scout.h"

namespace pipit::resolve {

class Sources {
 public:
  /// The arguments outlive it.
  Sources(const Request& request, index::Catalog& catalog, dist::Database& dists,
          base::Events& events, Budget& budget, std::stop_token stop);

  const Request& request() const { return request_; }
  base::Events& events() const { return events_; }
  Scout& scout() { return scout_; }
  bool is_stopped() const { return stop_.stop_requested(); }
  /// Whether a path or URL names the file of this project.
  bool is_direct(const std::string& project) const { return direct_.contains(project); }
  /// Sets the scout on the roots.
  void send_scout();

  /// The user's requirements that hold for the target, overrides and exclusions applied.
  std::vector<const Wanted*> roots() const;
  /// Whether the requirement's marker holds for the target.
  bool holds(const pep::Requirement& requirement) const;
  /// What holds for the target with this extra ("" for none), overrides applied. Points into `data`
  /// and the request.
  std::vector<const pep::Requirement*> needs_of(const pep::Metadata& data,
                                                const std::string& extra) const;
  /// The versions preferred for the target, newest first.
  std::vector<pep::Version> preferred(const std::string& project) const;
  /// What is present already as exactly this version; null: nothing.
  const Present* present_as(const std::string& project, const pep::Version& version) const;
  /// The project's page or the one of its direct file; may wait. Network errors as they are.
  Result<index::PagePtr> page_of(const std::string& project);
  /// Its releases, judged as far as they were looked at; Code::bad_index when quarantined.
  Result<Candidates*> candidates_of(const std::string& project);
  /// The metadata that speaks for a judged release; may wait. Errors of Database::metadata().
  Result<pep::MetadataPtr> metadata_of(const Judged& judged);

 private:
  const Request& request_;
  index::Catalog& catalog_;
  dist::Database& dists_;
  base::Events& events_;
  Budget& budget_;
  const std::stop_token stop_;
  Scout scout_;
  std::map<std::string, std::vector<const Wanted*>> overrides_;
  std::map<std::string, index::PagePtr> direct_;
  std::map<std::string, std::unique_ptr<Candidates>> candidates_;
};

}  // namespace pipit::resolve
