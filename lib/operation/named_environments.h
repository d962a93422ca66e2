// The environments a universal resolution is for: all, or those that options, projects and scripts
// name; and those that every package must have a file for.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/events.h"
#include "base/result.h"
#include "operation/options.h"
#include "pep/marker/marker.h"
#include "resolve/policy.h"

namespace pipit::operation {

struct NamedEnvironments {
  std::vector<NamedEnvironment> counted, required;
  /// What is wrong with the words of a project or script: no resolution for one target has to know.
  std::optional<Error> wrong;
};

/// Adds what a project (or, from a block in it, a script) says of them. `file`: as the user named
/// it.
void add_environments(std::string_view text, const std::string& file, bool is_script,
                      NamedEnvironments& out);

/// Those that options name replace what the inputs say of the same. Code::usage: very many;
/// NamedEnvironments::wrong, if it is asked.
Result<NamedEnvironments> named_environments(const ResolutionOptions& options,
                                             NamedEnvironments of_inputs);

/// Narrows a universal policy; those that are in none of its environments are warned about and
/// taken out of `named`. Code::no_solution: none is left.
Result<void> limit_environments(NamedEnvironments& named, base::Events& events,
                                resolve::Policy& policy);

}  // namespace pipit::operation
