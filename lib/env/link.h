// Putting a cached file into a new tree: by reflink, hard link, copy or symbolic link.
#pragma once
#include <atomic>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "cache/wheel.h"

namespace pipit::env {

/// automatic: the first of reflink, hardlink, copy that works, without a word. The others are tried
/// as named and fall back to copy.
enum class LinkMode { automatic, reflink, hardlink, copy, symlink };
/// also "clone", uv's name of reflink
std::optional<LinkMode> parse_link_mode(std::string_view text);

/// Links files onto one file system. Remembers what does not work there. Thread-safe.
class Linker {
 public:
  explicit Linker(LinkMode mode);
  /// Makes `to` (not there yet) from the cache file `from`. Its size and time must be those of the
  /// manifest, else Code::io: somebody changed the cache. The mode is 0644 or 0755 less
  /// the umask; a file whose mode or owner differs is never hard-linked, so nothing that is done to
  /// `to` here can change the cache.
  Result<void> link(const std::string& from, const cache::WheelFile& manifest,
                    const std::string& to);

 private:
  const LinkMode mode_;
  const std::uint32_t umask_, user_;
  std::atomic<bool> reflink_works_, hardlink_works_;
};

/// The umask of this process, without changing it (0022 when the system does not tell).
std::uint32_t current_umask();

}  // namespace pipit::env
