// Files: owners of descriptors and temporary things, whole-file reads with a limit, visible only by
// rename.
#pragma once
#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace pipit::base {

/// Owns a descriptor.
class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(other.release()) {}
  Fd& operator=(Fd&& other) noexcept;
  ~Fd() { reset(); }
  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }
  int release();
  void reset(int fd = -1);

 private:
  int fd_ = -1;
};

/// Error for the last system call: Code::no_space for ENOSPC and EDQUOT, else Code::io; "<what>:
/// <strerror>".
Error system_error(std::string_view what, int error_number);

struct FileInfo {
  enum class Kind { file, directory, symlink, other } kind = Kind::file;
  std::uint64_t size = 0;
  std::int64_t mtime_ns = 0;
  std::uint32_t mode = 0;  // permission bits
  std::uint64_t device = 0, inode = 0, links = 0;
  std::uint32_t uid = 0;
};
/// lstat (or stat when `follow`); nullopt when there is nothing of that name.
Result<std::optional<FileInfo>> file_info(const std::string& path, bool follow = false);
bool exists(const std::string& path);        // follows links
bool is_directory(const std::string& path);  // follows links
bool is_regular_file(const std::string& path);

/// Whole content. Code::io when it is no regular file, Code::not_found when it is not there,
/// Code::parse when longer than `max_bytes`.
Result<std::string> read_file(const std::string& path, std::uint64_t max_bytes);
/// Creates or truncates; not atomic (for staging).
Result<void> write_file(const std::string& path, std::string_view content,
                        std::uint32_t mode = 0644);
/// Temporary file in the same directory, then rename: readers see old or new. Mode is subject to
/// the umask.
Result<void> write_file_atomically(const std::string& path, std::string_view content,
                                   std::uint32_t mode = 0644);
Result<void> write_all(int fd, std::string_view bytes, std::string_view name);

Result<void> make_directories(const std::string& path);  // as mkdir -p; fine when there
Result<void> rename_path(const std::string& from, const std::string& to);
Result<void> remove_file(const std::string& path);  // fine when absent
/// rm -rf without following links; fine when absent.
Result<void> remove_tree(const std::string& path);
struct DirEntry {
  std::string name;
  FileInfo::Kind kind;
};
/// Sorted by name, without . and ..; empty when the directory is absent.
Result<std::vector<DirEntry>> list_directory(const std::string& path);
/// All regular files and links below, as relative paths, sorted.
Result<std::vector<std::string>> list_tree(const std::string& path);

std::string join_path(std::string_view directory, std::string_view name);
std::string_view parent_path(std::string_view path);  // "/a/b" -> "/a"
std::string_view base_name(std::string_view path);
/// Absolute and without ".", ".." and doubled slashes, by text alone (links are not resolved).
std::string absolute_path(std::string_view path);
/// Relative path from directory `from` to `to`, both absolute and normal, as os.path.relpath.
std::string relative_path(std::string_view from, std::string_view to);
/// realpath; the text itself when it cannot be resolved.
std::string real_path(const std::string& path);
/// Name unique among processes and threads: "<prefix><pid>-<n>-<random>".
std::string unique_name(std::string_view prefix);

/// A directory that goes away with its owner.
class TempDir {
 public:
  static Result<TempDir> create(const std::string& parent, std::string_view prefix);
  TempDir(TempDir&& other) noexcept;
  TempDir& operator=(TempDir&& other) noexcept;
  ~TempDir();
  const std::string& path() const { return path_; }
  /// The directory stays; its path is handed over.
  std::string keep();

 private:
  explicit TempDir(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

/// An exclusive or shared lock between processes on a file that is created when absent.
class FileLock {
 public:
  enum class Mode { shared, exclusive };
  /// Waits; polls `stop_fd` (readable: cancelled) when it is not -1. File systems without locks:
  /// succeeds without.
  static Result<FileLock> acquire(const std::string& path, Mode mode, int stop_fd = -1);
  /// At once; nullopt when somebody else has it.
  static Result<std::optional<FileLock>> try_acquire(const std::string& path, Mode mode);

 private:
  explicit FileLock(Fd fd) : fd_(std::move(fd)) {}
  Fd fd_;
};

/// The value of an environment variable; nullopt when unset.
std::optional<std::string> environment(const char* name);

}  // namespace pipit::base
