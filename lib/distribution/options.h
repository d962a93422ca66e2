// Settings of distribution and what it reports, as plain data.
#pragma once
#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/hash_spec.h"
#include "net/get_cached.h"

namespace pipit::distribution {

struct DatabaseOptions {
  std::size_t concurrent_downloads = 16;
  std::uint64_t member_bytes = 12u << 20;  // over all members being inflated at once
  bool require_hashes = false;
  /// A wheel read forward for its metadata is unpacked while it streams (install, not compile).
  bool keep_streamed = false;
  bool unpack_whole = false;  // only when the last byte is there (for comparing)
  std::vector<std::string> allow_invalid = {};     // normal names (--allow-invalid-wheel)
  std::string default_index = {};                  // whose sources lie under "pypi/" in the cache
  net::Refresh refresh = net::Refresh::normal;     // of unhashed sources
  std::vector<std::string> refresh_packages = {};  // normal names: as Refresh::reload
};

/// What a wheel must hash to, beyond its page's hash.
struct Expected {
  std::vector<base::HashSpec> hashes;  // one of them must match; empty: the page's
  std::uint64_t size = 0;              // the file's, when a lock gives it; 0: any
  auto operator<=>(const Expected&) const = default;
};

/// What this run took from where.
struct Account {
  /// Wheels, and files to keep; streamed: read for their metadata, and unpacked meanwhile.
  std::size_t downloaded = 0, from_cache = 0, built = 0, streamed = 0;
};

/// How a file came to be there in this run.
enum class Obtained : std::uint8_t { on_this_machine, downloaded, from_cache, built };

}  // namespace pipit::distribution
