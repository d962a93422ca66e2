// Files for a wheelhouse: copied from the cache, or from where they are; and their digests.
#pragma once
#include <memory>
#include <stop_token>
#include <string>

#include "distribution/dist_state.h"

namespace pipit::distribution {

/// Copies the file under that name into the folder (which exists); returns its path. The copy
/// appears by rename.
Result<std::string> copy_file_into(const std::string& path, std::string_view name,
                                   const std::string& directory);
/// See Database::published_file(). Downloads on the calling thread if need be.
Result<std::string> copy_published(const std::shared_ptr<DistState>& context,
                                   const index::FilePtr& file, const Expected& expected,
                                   const std::string& directory, std::stop_token stop);
/// See Database::digest(). Downloads on the calling thread if need be.
Result<std::string> published_digest(const std::shared_ptr<DistState>& context,
                                     const index::FilePtr& file, std::stop_token stop);

}  // namespace pipit::distribution
