// Single files: facts about them, whole-file reads with a limit, writes that become visible by
// rename.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/shared_text.h"

namespace pipit::base {

// A path with a null byte in it names nothing: what looks or reads finds no such file.

struct FileInfo {
  enum class Kind { file, directory, symlink, other } kind = Kind::file;
  std::uint64_t size = 0;
  std::int64_t mtime_ns = 0;
  std::uint32_t mode = 0;  // permission bits
  std::uint64_t device = 0, inode = 0, links = 0;
  std::uint32_t uid = 0;
};
/// lstat (or stat when `follow`); nullopt when nothing has that name.
Result<std::optional<FileInfo>> file_info(const std::string& path, bool follow = false);
bool exists(const std::string& path);        // follows links
bool is_directory(const std::string& path);  // follows links
bool is_regular_file(const std::string& path);
bool is_link(const std::string& path);  // symbolic, whether or not anything is at its end

/// The whole content. Code::io when it is not a regular file, Code::not_found when it does not
/// exist, Code::parse when it is longer than `max_bytes`.
Result<std::string> read_file(const std::string& path, std::uint64_t max_bytes);
/// The whole content as read_file() gives it, for a file that is only ever replaced as a whole:
/// unless it is small, it is mapped, and nothing is copied.
Result<SharedText> map_file(const std::string& path, std::uint64_t max_bytes);
/// Of a mapped file that was read through: its memory is free until a part is looked at again.
void give_pages_back(const SharedText& file);
/// Its first bytes, `bytes` at most; errors as of read_file().
Result<std::string> read_head(const std::string& path, std::size_t bytes);
/// Creates or truncates; not atomic (for staging).
Result<void> write_file(const std::string& path, std::string_view content,
                        std::uint32_t mode = 0644);
/// Temporary file in the same directory, then rename: readers see old or new. Mode is subject to
/// the umask.
Result<void> write_file_atomically(const std::string& path, std::string_view content,
                                   std::uint32_t mode = 0644);
/// Whether writing to this place replaces no file: a device, a pipe, or what is open already, such
/// as /dev/stdout, which may lead to a regular file.
bool is_written_into(const std::string& path);
/// To a place that the user named: atomically, through a symbolic link; into what is not a regular
/// file (a device, a pipe, /dev/stdout), which is never replaced.
Result<void> write_output_file(const std::string& path, std::string_view content);
Result<void> rename_path(const std::string& from, const std::string& to);
Result<void> remove_file(const std::string& path);  // fine when absent

}  // namespace pipit::base
