// An unpacked wheel in the cache: where it is and what it holds. Made by distribution, linked by
// env.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/hash.h"
#include "base/result.h"

namespace pipit::cache {

/// One file of the wheel on disk. `path` is the member's name (relative, "/" separated, checked).
struct WheelFile {
  std::string path;
  std::uint64_t size = 0;
  base::Sha256Digest sha256{};
  bool executable = false;
  /// Of the unpacked file: linking checks size and mtime, so that a changed cache file is noticed.
  std::int64_t mtime_ns = 0;
};

struct Wheel {
  std::string file_name;         // black-26.1.0-py3-none-any.whl
  std::string sha256;            // of the archive, hex
  std::string directory;         // absolute; holds the members
  std::string dist_info;         // "black-26.1.0.dist-info"
  std::string data_dir;          // "black-26.1.0.data" when there is one, else ""
  std::vector<WheelFile> files;  // sorted by path; without RECORD itself
  /// This run unpacked it: its files are as they were written, and need not be looked at again.
  bool fresh = false;
};
using WheelPtr = std::shared_ptr<const Wheel>;

/// Its METADATA, as it lies in the cache; Code::io when it is not what was put there.
Result<std::string> read_metadata(const Wheel& wheel);
/// `wheel` with the times that its files have now, when nothing else about them has changed: their
/// cache was copied. The manifest is written anew (a failure does no harm). nullptr when a file is
/// missing or has another content.
WheelPtr with_times_of_copy(const Wheel& wheel);
/// Whether every file still has the size and time that it was unpacked with. (Editing a file in an
/// environment that shares it by a hard link changes the cache, too.)
bool is_unchanged(const Wheel& wheel);

}  // namespace pipit::cache
