// Queries about an unpacked wheel: its METADATA, and whether it is unchanged.
#include "cache/wheel.h"

#include "base/file.h"
#include "base/path.h"
#include "base/text.h"

namespace pipit::cache {
namespace {

constexpr std::uint64_t kMaxMetadataFile = 16u << 20;

}  // namespace

Result<std::string> read_metadata(const Wheel& wheel) {
  return base::read_file(cat(wheel.directory, "/", wheel.dist_info, "/METADATA"),
                         kMaxMetadataFile);
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
