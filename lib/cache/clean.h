// What a cache holds, and how to remove it.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "cache/store.h"

namespace pipit::cache {

/// `bytes` as file sizes, not as blocks on disk.
struct Usage {
  std::string bucket;
  std::uint64_t entries = 0, bytes = 0;
};
/// One for each existing bucket of this version.
std::vector<Usage> usage(const Store& store);
/// Removes every bucket of this version and stale staging; with `all` also the buckets of other
/// versions. Returns what was freed. Code::io when the cache cannot be written.
Result<Usage> clean(const Store& store, bool all);
/// Removes only what interrupted runs left half done, a day ago or more.
Result<Usage> sweep(const Store& store);

}  // namespace pipit::cache
