// From a resolution to a changed environment: plan, wheels, transaction, summary. Shared by install
// and sync.
#pragma once
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "env/installed.h"
#include "env/plan.h"
#include "operation/install_target.h"
#include "operation/session.h"
#include "resolve/resolution.h"

namespace pipit::operation {

struct ChangeOptions {
  bool exact = false;          // sync: what is not wanted goes
  std::set<std::string> keep;  // exact: but these stay
  std::int64_t began = 0;      // the operation; steady clock
  Confirm confirm = nullptr;   // asked before anything is fetched or changed
};

/// Everything after solving. Gives what was changed, with a dry run what would be.
Result<env::Plan> change_environment(const Options& options, Session& session,
                                     const InstallTarget& target,
                                     const resolve::Resolution& resolution,
                                     const std::vector<env::Installed>& installed,
                                     const ChangeOptions& change);

/// " - a==1" and " + a==2", " ~ a==2" for the same version anew; by name, what goes before what
/// comes, without a newline at the end; "" for an empty plan.
std::string change_lines(const env::Plan& plan, const resolve::Resolution& resolution,
                         const std::vector<env::Installed>& installed);

}  // namespace pipit::operation
