// What must change so that an environment holds what is wanted. Pure: no file is looked at but
// through Installed's own values.
#pragma once
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "env/direct_url.h"
#include "env/installed.h"
#include "pep/version.h"

namespace pipit::env {

/// One distribution that shall be there in the end.
struct Wanted {
  std::string name;  // normal form
  pep::Version version;
  std::optional<DirectUrl> origin;  // when it comes from a direct URL or path
  bool requested = false;           // named by the user
  /// install it again even if it is there (--reinstall, a local folder)
  bool reinstall = false;
};

struct PlanOptions {
  /// sync: what is not wanted goes, and an installed direct URL gives way to an index pin
  bool exact = false;
  bool reinstall = false;  // all of them
  /// exact: names that stay though nobody wants them (pip, setuptools, wheel); normal form
  std::set<std::string> keep;
};

/// Indexes into the two lists that make_plan was given.
struct Plan {
  /// old: what it replaces (local ones of its name), may be empty
  struct Add {
    std::size_t wanted;
    std::vector<std::size_t> old;
  };
  std::vector<std::size_t> keep;         // wanted and already there
  std::vector<Add> add;                  // new or changed
  std::vector<std::size_t> remove;       // installed, to go without replacement
  std::vector<std::size_t> unremovable;  // exact: not wanted, but nobody knows its files; stays
  bool empty() const { return add.empty() && remove.empty(); }
};

/// `origins[i]` is direct_url_of(installed[i]). `removable[i]`: whether its files are recorded.
/// Distributions outside the environment (not local) are neither kept nor replaced: they are
/// shadowed.
Plan make_plan(const std::vector<Installed>& installed,
               const std::vector<std::optional<DirectUrl>>& origins,
               const std::vector<bool>& removable, const std::vector<Wanted>& wanted,
               const PlanOptions& options);
/// The same, reading direct_url.json and looking for RECORD where it matters.
Plan make_plan(const std::vector<Installed>& installed, const std::vector<Wanted>& wanted,
               const PlanOptions& options);

}  // namespace pipit::env
