// Single files: whole-file reads with a limit, and writes that become visible by rename.
//
// Every descriptor is opened close-on-exec, so that a child process started by another thread
// inherits none. Loops go on after EINTR and short counts.
#include "base/file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <memory>
#include <utility>

#include "base/fd.h"
#include "base/path.h"
#include "base/text.h"

namespace pipit::base {
namespace {

FileInfo::Kind kind_of_mode(mode_t mode) {
  if (S_ISREG(mode)) return FileInfo::Kind::file;
  if (S_ISDIR(mode)) return FileInfo::Kind::directory;
  if (S_ISLNK(mode)) return FileInfo::Kind::symlink;
  return FileInfo::Kind::other;
}

FileInfo info_of_stat(const struct stat& st) {
  FileInfo info;
  info.kind = kind_of_mode(st.st_mode);
  info.size = static_cast<std::uint64_t>(st.st_size);
  info.mtime_ns = std::int64_t{st.st_mtim.tv_sec} * 1'000'000'000 + st.st_mtim.tv_nsec;
  info.mode = st.st_mode & 07777;
  info.device = static_cast<std::uint64_t>(st.st_dev);
  info.inode = static_cast<std::uint64_t>(st.st_ino);
  info.links = static_cast<std::uint64_t>(st.st_nlink);
  info.uid = st.st_uid;
  return info;
}

/// 0, or -1 with errno as stat() has it. A path with a null byte names nothing: the system would
/// see what stands before it, which is another file.
int stat_of(const std::string& path, bool follow, struct stat& st) {
  if (path.find('\0') != std::string::npos) {
    errno = ENOENT;
    return -1;
  }
  return follow ? ::stat(path.c_str(), &st) : ::lstat(path.c_str(), &st);
}

bool is_absence(int error_number) { return error_number == ENOENT || error_number == ENOTDIR; }

struct RegularFile {
  Fd fd;
  std::uint64_t size = 0;  // as stat reports it
};

Result<RegularFile> open_regular(const std::string& path) {
  // O_NONBLOCK: opening a FIFO of that name must not block until it has a writer.
  const bool names_nothing = path.find('\0') != std::string::npos;
  Fd fd = names_nothing ? Fd() : open_path(path, O_RDONLY | O_NONBLOCK);
  if (names_nothing) return fail(Code::not_found, cat(printable(path), ": no such file"));
  if (!fd && is_absence(errno)) return fail(Code::not_found, cat(path, ": no such file"));
  if (!fd) return fail(system_error(path, errno));
  struct stat st;
  if (::fstat(fd.get(), &st) != 0) return fail(system_error(path, errno));
  if (S_ISDIR(st.st_mode)) return fail(Code::io, cat(path, ": is a directory"));
  if (!S_ISREG(st.st_mode)) return fail(Code::io, cat(path, ": not a regular file"));
  return RegularFile{std::move(fd), static_cast<std::uint64_t>(st.st_size)};
}

/// Reads until the end of the file, or beyond `max_bytes`; `hint` is the size that stat reported.
Result<std::string> read_descriptor(int fd, const std::string& path, std::uint64_t hint,
                                    std::uint64_t max_bytes) {
  std::string content;
  std::size_t have = 0;
  // One byte beyond the reported size, so that the usual file ends without growing the buffer.
  content.resize(static_cast<std::size_t>(hint < max_bytes ? hint : max_bytes) + 1);
  while (true) {
    if (have == content.size()) content.resize(have + have / 2 + 4096);
    const ssize_t count = ::read(fd, content.data() + have, content.size() - have);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return fail(system_error(path, errno));
    if (count == 0) break;
    have += static_cast<std::size_t>(count);
    if (have > max_bytes)
      return fail(Code::parse, cat(path, ": larger than ", format_bytes(max_bytes)));
  }
  content.resize(have);
  return content;
}

/// To `path`, which errors call `shown`.
Result<void> write_called(const std::string& path, const std::string& shown,
                          std::string_view content, std::uint32_t mode) {
  Fd fd = open_path(path, O_WRONLY | O_CREAT | O_TRUNC, mode);
  if (!fd) return fail(system_error(shown, errno));
  PIPIT_TRY(write_all(fd.get(), content, shown));
  // Network file systems report a full disk here.
  if (::close(fd.release()) != 0 && errno != EINTR) return fail(system_error(shown, errno));
  return {};
}

}  // namespace

Result<std::optional<FileInfo>> file_info(const std::string& path, bool follow) {
  struct stat st;
  if (stat_of(path, follow, st) == 0) return std::optional<FileInfo>(info_of_stat(st));
  if (is_absence(errno)) return std::optional<FileInfo>();
  return fail(system_error(path, errno));
}

bool exists(const std::string& path) {
  struct stat st;
  return stat_of(path, true, st) == 0;
}

bool is_directory(const std::string& path) {
  struct stat st;
  return stat_of(path, true, st) == 0 && S_ISDIR(st.st_mode);
}

bool is_regular_file(const std::string& path) {
  struct stat st;
  return stat_of(path, true, st) == 0 && S_ISREG(st.st_mode);
}

bool is_link(const std::string& path) {
  struct stat st;
  return stat_of(path, false, st) == 0 && S_ISLNK(st.st_mode);
}

Result<std::string> read_file(const std::string& path, std::uint64_t max_bytes) {
  PIPIT_TRY(const RegularFile file, open_regular(path));
  return read_descriptor(file.fd.get(), path, file.size, max_bytes);
}

Result<SharedText> map_file(const std::string& path, std::uint64_t max_bytes) {
  constexpr std::uint64_t kWorthMapping = 16 << 10;
  PIPIT_TRY(const RegularFile file, open_regular(path));
  if (file.size > max_bytes || file.size < kWorthMapping) {
    PIPIT_TRY(std::string content, read_descriptor(file.fd.get(), path, file.size, max_bytes));
    return SharedText(std::move(content));
  }
  const auto size = static_cast<std::size_t>(file.size);
  void* const place =
      ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, file.fd.get(), 0);
  if (place == MAP_FAILED) return fail(system_error(path, errno));
  std::shared_ptr<const void> owner(place, [size](void* mapped) { ::munmap(mapped, size); });
  SharedText mapped(std::move(owner), {static_cast<const char*>(place), size});
  mapped.is_mapped = true;
  return mapped;
}

void give_pages_back(const SharedText& file) {
  if (file.is_mapped)
    ::madvise(const_cast<char*>(file.text.data()), file.text.size(), MADV_DONTNEED);
}

Result<std::string> read_head(const std::string& path, std::size_t bytes) {
  PIPIT_TRY(const RegularFile file, open_regular(path));
  std::string head(bytes, '\0');
  std::size_t have = 0;
  while (have < bytes) {
    const ssize_t count = ::read(file.fd.get(), head.data() + have, bytes - have);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return fail(system_error(path, errno));
    if (count == 0) break;
    have += static_cast<std::size_t>(count);
  }
  head.resize(have);
  return head;
}

Result<void> write_file(const std::string& path, std::string_view content, std::uint32_t mode) {
  return write_called(path, path, content, mode);
}

Result<void> write_file_atomically(const std::string& path, std::string_view content,
                                   std::uint32_t mode) {
  const std::string staging = join_path(parent_path(path), unique_name(".pipit-"));
  Result<void> done = write_called(staging, path, content, mode);
  if (done && ::rename(staging.c_str(), path.c_str()) != 0) done = fail(system_error(path, errno));
  if (!done) ::unlink(staging.c_str());
  return done;
}

bool is_written_into(const std::string& path) {
  struct stat st;
  if (::stat(path.c_str(), &st) != 0 || S_ISDIR(st.st_mode)) return false;
  // /dev/stdout may lead to a regular file, which whoever opened it goes on writing to.
  return !S_ISREG(st.st_mode) ||
         ((path.starts_with("/dev/") || path.starts_with("/proc/")) && real_path(path) != path);
}

Result<void> write_output_file(const std::string& path, std::string_view content) {
  struct stat st;
  const bool is_new = ::lstat(path.c_str(), &st) != 0;
  // A link that leads nowhere yet stays one, and a folder is an error.
  if (!is_new && (!is_regular_file(path) || is_written_into(path)))
    return write_file(path, content);
  return write_file_atomically(is_new ? path : real_path(path), content);
}

Result<void> rename_path(const std::string& from, const std::string& to) {
  if (::rename(from.c_str(), to.c_str()) == 0) return {};
  return fail(system_error(cat(from, ": cannot rename to ", to), errno));
}

Result<void> remove_file(const std::string& path) {
  if (::unlink(path.c_str()) == 0 || is_absence(errno)) return {};
  return fail(system_error(cat(path, ": cannot remove"), errno));
}

}  // namespace pipit::base
