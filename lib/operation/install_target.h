// Where a command works: the interpreter (if one is needed), the layout to install into, the target
// to resolve for.
#pragma once
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "base/events.h"
#include "cache/store.h"
#include "env/layout.h"
#include "env/python/interpreter.h"
#include "operation/options.h"
#include "pep/target.h"

namespace pipit::operation {

struct InstallTarget {
  std::optional<env::Interpreter> interpreter;
  env::Layout layout;  // meaningless where nothing is installed
  std::shared_ptr<const pep::Target> resolved_for;
};

/// What is done to the environment. PEP 668 applies to `change` alone; to `look` any Python will
/// do.
enum class Use { look, rehearse, change };

/// For install, sync, uninstall, list, freeze, tree.
Result<InstallTarget> find_target(const TargetOptions& options, Use use, cache::Store& store,
                                  base::Events& events, std::stop_token stop);
/// For what installs: says which Python is resolved for when none was found, and when wheels of
/// another Python or system go where this one runs; Code::bad_environment where that is refused
/// (TargetOptions::foreign_only_in_directory).
Result<void> check_resolved_for(const TargetOptions& options, const InstallTarget& target, Use use,
                                base::Events& events);
/// For what changes no environment: any Python will do, and none is needed when version and
/// platform are named.
Result<InstallTarget> find_resolution_target(const TargetOptions& options, cache::Store& store,
                                             base::Events& events, std::stop_token stop);

/// What it is resolved for with another Python ("3.12"); null when that cannot be.
std::shared_ptr<const pep::Target> target_with_python(const TargetOptions& options,
                                                      const InstallTarget& target,
                                                      const std::string& version);

}  // namespace pipit::operation
