// Queries about an unpacked wheel: its METADATA, and whether it is unchanged.
#include "cache/wheel.h"

#include <algorithm>

#include "base/file.h"
#include "base/file_digest.h"
#include "base/hash.h"
#include "base/path.h"
#include "base/text.h"
#include "cache/manifest.h"

namespace pipit::cache {
namespace {

constexpr std::uint64_t kMaxMetadataFile = 16u << 20;

// The members are in "tree" beside it.
std::string manifest_path(const Wheel& wheel) {
  return base::join_path(base::parent_path(wheel.directory), "manifest");
}

}  // namespace

Result<std::string> read_metadata(const Wheel& wheel) {
  const std::string name = cat(wheel.dist_info, "/METADATA");
  const std::string path = base::join_path(wheel.directory, name);
  PIPIT_TRY(std::string text, base::read_file(path, kMaxMetadataFile));
  const auto listed = std::ranges::lower_bound(wheel.files, name, {}, &WheelFile::path);
  if (listed != wheel.files.end() && listed->path == name &&
      base::sha256_hex(text) == base::hex(listed->sha256))
    return text;
  return fail(Code::io, cat(path, ": changed since it was put into the cache"));
}

WheelPtr with_times_of_copy(const Wheel& wheel) {
  Wheel copy = wheel;
  copy.fresh = false;
  for (WheelFile& file : copy.files) {
    const std::string path = base::join_path(wheel.directory, file.path);
    const auto info = base::file_info(path, false);
    if (!info || !*info || (*info)->kind != base::FileInfo::Kind::file) return nullptr;
    if ((*info)->size != file.size) return nullptr;
    if ((*info)->mtime_ns == file.mtime_ns) continue;
    const auto digest = base::file_digest(path, "sha256");
    if (!digest || *digest != base::hex(file.sha256)) return nullptr;
    file.mtime_ns = (*info)->mtime_ns;
  }
  (void)base::write_file_atomically(manifest_path(wheel), encode_manifest(copy));
  return std::make_shared<const Wheel>(std::move(copy));
}

bool is_unchanged(const Wheel& wheel) {
  for (const WheelFile& file : wheel.files) {
    const auto info = base::file_info(base::join_path(wheel.directory, file.path), false);
    if (!info || !*info || (*info)->kind != base::FileInfo::Kind::file) return false;
    if ((*info)->size != file.size || (*info)->mtime_ns != file.mtime_ns) return false;
  }
  return true;
}

}  // namespace pipit::cache
