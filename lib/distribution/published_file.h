// Files for a wheelhouse: copied out of the cache, or of where they lie.
#pragma once
#include <memory>
#include <stop_token>
#include <string>

#include "distribution/dist_state.h"

namespace pipit::distribution {

/// A copy of the file under that name in the folder (which is there); its path. Appears by rename.
Result<std::string> copy_file_into(const std::string& path, std::string_view name,
                                   const std::string& directory);
/// See Database::published_file(). Downloads on the calling thread when it has to.
Result<std::string> copy_published(const std::shared_ptr<DistState>& context,
                                   const index::FilePtr& file, const Expected& expected,
                                   const std::string& directory, std::stop_token stop);

}  // namespace pipit::distribution
