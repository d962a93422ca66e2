// From a resolution to a changed environment: plan, wheels, transaction, summary. Shared by install
// and sync.
#pragma once
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
};

/// Everything after solving. Gives what was changed, with a dry run what would be.
Result<env::Plan> change_environment(const Options& options, Session& session, const Place& place,
                                     const resolve::Resolution& resolution,
                                     const std::vector<env::Installed>& installed,
                                     const ChangeOptions& change);

/// "Resolved 7 packages in 120 ms".
std::string counted(std::size_t count, std::string_view noun);

}  // namespace pipit::operation
