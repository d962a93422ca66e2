// What must change so that an environment contains what it should. Pure: files are read only
// through Installed's functions.
#pragma once
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "env/direct_url.h"
#include "env/installed.h"
#include "pep/version.h"

namespace pipit::env {

/// One distribution that must be installed in the end.
struct TargetDist {
  std::string name;  // normal form
  pep::Version version;
  std::optional<DirectUrl> origin;  // if it comes from a direct URL or path
  bool requested = false;           // named by the user
  /// install it again even if it is already there (--reinstall, a local folder)
  bool reinstall = false;
  /// it is what is installed already (may_stay()): there is nothing else to install it from
  bool present = false;
};

struct PlanOptions {
  /// sync: what is not wanted is removed, and an index pin replaces an installed direct URL
  bool exact = false;
  bool reinstall = false;  // all of them
  /// exact: names to keep though nothing requires them (pip, setuptools, wheel); normal form
  std::set<std::string> keep;
};

/// Indexes into the two lists that make_plan was given.
struct Plan {
  /// old: the distributions it replaces (local ones of its name), may be empty
  struct Add {
    std::size_t wanted;
    std::vector<std::size_t> old;
  };
  std::vector<std::size_t> keep;         // wanted and already there
  std::vector<Add> add;                  // new or changed
  std::vector<std::size_t> remove;       // installed, to be removed without replacement
  std::vector<std::size_t> unremovable;  // exact: unwanted but kept: its files are unknown
  bool empty() const { return add.empty() && remove.empty(); }
};

/// Whether make_plan() keeps what is installed of a project when it is what is wanted, so that it
/// may be offered as an answer. `of_one_name`: all of them, in the order of sys.path. No, when the
/// environment must be exact, for duplicates, and for direct URLs in the place of index pins.
bool may_stay(std::span<const Installed> of_one_name, bool exact);

/// `origins[i]` is direct_url_of(installed[i]). `removable[i]`: whether its files are listed.
/// Distributions outside the environment (not local) are never replaced nor removed. One that is
/// what is wanted is kept where nothing of its name is in the environment itself; otherwise the
/// environment gets its own, which shadows it.
Plan make_plan(const std::vector<Installed>& installed,
               const std::vector<std::optional<DirectUrl>>& origins,
               const std::vector<bool>& removable, const std::vector<TargetDist>& wanted,
               const PlanOptions& options);
/// The same, reading direct_url.json and looking for lists of files where it matters.
Plan make_plan(const std::vector<Installed>& installed, const std::vector<TargetDist>& wanted,
               const PlanOptions& options);

}  // namespace pipit::env
