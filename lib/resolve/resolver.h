// Feeds the solver: pages, candidates, metadata. The one place where requirements become a set of
// chosen files.
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "base/events.h"
#include "dist/database.h"
#include "index/catalog.h"
#include "pep/metadata.h"
#include "pep/requirement.h"
#include "resolve/candidates.h"

namespace pipit::resolve {

/// A requirement of the user's.
struct Wanted {
  pep::Requirement requirement;
  std::string origin;  // where it is written: "requirements.in:3"; "" for the command line
  std::string via;     // how "# via" names it: "-r requirements.in"; "" : not named
  std::vector<base::HashSpec> hashes;
  /// What a path or URL names; none: the project comes from the indexes.
  std::optional<dist::Source> source;
  /// With `source`: its page of one file. Of roots always, and their source's commit is known then;
  /// null: the resolution finds it out when somebody needs the project (constraints, overrides).
  index::PagePtr direct;
  bool in_place = false;  // a repository that is to be installed as an editable checkout
  std::string written;  // with `source`: the path or URL as the user wrote it, variables unexpanded
};

/// A distribution that is there already and may stay: it needs no page.
struct Present {
  pep::Version version;
  pep::MetadataPtr metadata;  // null: unreadable, nothing is known of its needs
};

/// A version that is taken when it is allowed, where its marker holds.
struct Preferred {
  pep::Version version;
  pep::Marker marker;
};

struct Request {
  std::vector<Wanted> roots, constraints;
  std::vector<Wanted> overrides;  // replace what anybody, the user too, says of their projects
  std::map<std::string, std::vector<Preferred>> preferred;  // by name: previous output
  std::map<std::string, Present> present;  // taken when allowed, before anything else
  Policy policy;
  bool no_deps = false;  // roots alone; their metadata is not even fetched
  bool prefetch = true;
  /// The target with another Python ("3.12"); null when there is none such. For hints; may be
  /// empty.
  std::function<std::shared_ptr<const pep::Target>(const std::string&)> other_python;
};

/// One distribution of the answer.
struct Chosen {
  std::string name;  // normal form
  pep::Version version;
  std::set<std::string> extras;  // asked for, normal form
  std::set<std::string> via;     // names of packages, and Wanted::via texts
  index::PagePtr page;           // null for what is present already, like file
  index::FilePtr file;
  pep::MetadataPtr metadata;           // null with no_deps
  std::vector<base::HashSpec> hashes;  // the user's, of all requirements for it
  bool direct = false;                 // from a path or URL
  std::optional<dist::Source> source;  // which one, when `direct`
  std::string written;                 // as in Wanted, if the user named it
  bool in_place = false;               // as in Wanted
  bool requested = false;              // a root names it
  std::uint64_t locked_size = 0;       // what a lock file says of its bytes; 0: nothing
  /// Universal: where it is needed, said under the assumption that the environment is one of
  /// Policy::assumed; true for all of those.
  pep::Marker marker;
  /// Universal: the same of each of `extras`.
  std::map<std::string, pep::Marker> extra_markers;
};

/// Of one target: one Chosen for each project. Universal: one for each project and version (or
/// direct file); no two of one project are needed in the same environment. `file` is only what its
/// metadata was read from: any file of the release in `page` may be the one to install.
struct Resolution {
  std::vector<Chosen> chosen;  // sorted by name, then version
  std::size_t steps = 0, conflicts = 0, forks = 1;
};

/// Adds to the policy what one requirement of a root, constraint or override says of its project
/// beyond its versions: pins (their yanked files count), digests, a pre-release it names, a direct
/// file (no cut-off holds for it).
void heed(const Wanted& wanted, Policy& policy);

/// For Policy::target, or, without one, for all of Policy::environments. Code::no_solution carries
/// the minimal cause, a fact a line, and a hint that was tried. Network and file errors end the
/// resolution as they are.
Result<Resolution> solve(const Request& request, index::Catalog& catalog, dist::Database& dists,
                         base::Events& events, std::stop_token stop);

}  // namespace pipit::resolve
