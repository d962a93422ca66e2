// What a cache holds, and how to be rid of it.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "cache/store.h"

namespace pipit::cache {

/// `bytes` as the files say, not as blocks on disk.
struct Usage {
  std::string bucket;
  std::uint64_t entries = 0, bytes = 0;
};
/// One for each bucket of this version that is there.
std::vector<Usage> usage(const Store& store);
/// Removes every bucket of this version and stale staging; returns what was freed. Other versions'
/// buckets only with `all`. Code::io when the cache cannot be written.
Result<Usage> clean(const Store& store, bool all);
/// Removes only what runs that were ended left half done, a day ago or more.
Result<Usage> sweep(const Store& store);

}  // namespace pipit::cache
