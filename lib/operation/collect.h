// The files of a resolution in a folder: a wheelhouse.
#pragma once
#include <string>
#include <vector>

#include "operation/session.h"
#include "resolve/resolution.h"

namespace pipit::operation {

/// Puts the file of each package into `directory`, as it was published or, what is a source, as a
/// wheel that is built from it; folders and repositories are always built. Gives their paths, in
/// the resolution's order. The first failure in that order is the one that is reported, when all
/// are done.
Result<std::vector<std::string>> collect_files(Session& session,
                                               const resolve::Resolution& resolution,
                                               const std::string& directory, bool as_published);

}  // namespace pipit::operation
