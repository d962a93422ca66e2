// Inputs that are named by path or URL: what they are is read from the line at once, what project
// they hold only when they are fetched, or even built.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "operation/inputs.h"
#include "operation/session.h"
#include "pep/requirements_txt.h"

namespace pipit::operation {

/// A line that names a path or URL, relative to the working directory as in pip and uv; its project
/// is "" when the line does not name it. `written`: the place as it stands in the file, "" : as in
/// the line. User information of URLs goes to `accesses` only. Nothing is fetched. Code::not_found,
/// Code::parse and Code::unsupported name the place.
Result<resolve::UserRequirement> direct_requirement(pep::RequirementLine line,
                                                    const std::string& written,
                                                    std::vector<base::Url>& accesses);

/// For each item the path or URL it names as it stands in the file, its variables unexpanded; ""
/// for other items.
std::vector<std::string> places_as_written(std::string_view text, const std::string& file,
                                           const std::vector<pep::RequirementsItem>& items);

/// Finds out what all paths and URLs of the inputs are, all at once: roots get their names and
/// pages, built projects become the roots they ask for. Sources that the policy's target has no use
/// for are left alone. After the builder is known to the session. Errors name file, line and place.
Result<void> resolve_direct_references(Session& session, const resolve::Policy& policy,
                                       Inputs& inputs);

/// One project comes from one place: what is said twice must be the same. Code::no_solution names
/// the project, both places and where they are written.
Result<void> check_one_place_each(Session& session, const resolve::Problem& request);

}  // namespace pipit::operation
