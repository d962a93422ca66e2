// The scout runs ahead of the solver: page, best guess, its metadata, the pages of its
// dependencies, and so on, breadth first, as data arrives. It only fetches early what the solver
// will ask for; it never decides anything.
#pragma once
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "distribution/database.h"
#include "index/catalog.h"
#include "pep/requirement.h"
#include "resolve/likely.h"
#include "resolve/policy.h"
#include "resolve/present.h"

namespace pipit::resolve {

class Scout {
 public:
  /// Catalog and database outlive the last continuation: the owner stops pool and client
  /// before they go.
  Scout(const Policy& policy, index::Catalog& catalog, distribution::Database& dists,
        std::stop_token stop);
  ~Scout();
  /// Looks at a requirement (of the user, or one that the solver came across). `sure`: one of these
  /// versions will be chosen, so their metadata is fetched even if that takes a build.
  void look(const pep::Requirement& requirement, bool sure = false);
  /// Looks at a requirement by path or URL, and the file it means.
  void look_at_file(const pep::Requirement& requirement, index::FilePtr file);
  /// Projects that come from no index.
  void leave_out(std::set<std::string> projects);
  /// Sets what replaces the packages' own requirements on these projects (--override).
  void set_overrides(std::map<std::string, std::vector<pep::Requirement>> overrides);
  /// Sets what is installed and may stay: as long as it fits what is known of its project, its
  /// dependencies are looked at, not its page.
  void set_present(std::map<std::string, Present> present);
  /// A guess at the projects of the answer, with what is asked of them: their pages and the
  /// metadata of their best candidates are fetched. A wrong one leads no further.
  void expect(const std::map<std::string, pep::SpecifierSet>& predicted);
  /// How many candidates of `project` to fetch ahead, now that the solver has rejected `rejected`
  /// of them: the number doubles, and is 0 while those of the last batch are not used up.
  std::size_t batch_size(const std::string& project, std::size_t rejected);
  /// Requests the metadata of another candidate that the solver may come to.
  void ask(const std::string& project, const index::FilePtr& file);
  /// Tells the file of a pinned requirement as likely when its page is there.
  void find_file(const pep::Requirement& requirement, std::shared_ptr<Likely> likely);
  /// After this no continuation starts anything new.
  void stop();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace pipit::resolve
