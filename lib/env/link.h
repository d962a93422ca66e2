// Puts a cached file into a new tree: by reflink, hard link, copy or symbolic link.
#pragma once
#include <atomic>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "cache/wheel.h"

namespace pipit::env {

/// automatic: the first of reflink, hardlink, copy that works, without a warning. The others are
/// tried first and fall back to copy.
enum class LinkMode { automatic, reflink, hardlink, copy, symlink };
/// accepts "clone", too, uv's name for reflink
std::optional<LinkMode> parse_link_mode(std::string_view text);

/// A file by its name below an open directory; `root` is that directory's path, for messages.
struct FileAt {
  int directory;
  std::string_view root;
  const char* name;
  std::string path() const;
};

/// Links files onto one file system. Remembers which kinds do not work there. Thread-safe.
class Linker {
 public:
  explicit Linker(LinkMode mode);
  /// Makes `to` (it must not exist) from the cache file `from`. The file's size and time must be
  /// the manifest's, else Code::io: something has changed the cache. The mode is 0644 or 0755 less
  /// the umask; a file whose mode or owner differs is never hard-linked, so nothing done to `to`
  /// here can change the cache. True: it was hard-linked. The next one that this run has made, like
  /// it, can then be linked without a look at it (`like_last`).
  Result<bool> link(const FileAt& from, const cache::WheelFile& manifest, bool executable,
                    const FileAt& to, bool like_last = false);
  /// Whether this cache file is as `to` would have to be, so that it could be moved there.
  bool may_be_moved(const FileAt& from, const cache::WheelFile& manifest) const;

 private:
  std::uint32_t mode_of(bool executable) const { return (executable ? 0777u : 0666u) & ~umask_; }
  const LinkMode mode_;
  const std::uint32_t umask_, user_;
  std::atomic<bool> reflink_works_, hardlink_works_;
};

/// The umask of this process, read without changing it (0022 when the system does not give it).
std::uint32_t current_umask();

}  // namespace pipit::env
