// Locks between processes, by flock().
#include "base/file_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <cerrno>
#include <string>
#include <utility>

#include "base/stop.h"
#include "base/text.h"

namespace pipit::base {
namespace {

constexpr int kFirstPauseMs = 1;
constexpr int kLongestPauseMs = 50;

/// Whether this error of flock() means that the file system has no locks, like some network and
/// user-space ones.
bool means_no_locks(int error_number) {
  return error_number == ENOSYS || error_number == EOPNOTSUPP || error_number == ENOLCK ||
         error_number == EINVAL;
}

/// Whether `path` still names the file of `fd`: a cleaner may have removed it between open and
/// lock.
bool names_this_file(const std::string& path, int fd) {
  struct stat by_name, by_fd;
  if (::stat(path.c_str(), &by_name) != 0 || ::fstat(fd, &by_fd) != 0) return false;
  return by_name.st_ino == by_fd.st_ino && by_name.st_dev == by_fd.st_dev;
}

Fd open_lock_file(const std::string& path, FileLock::Mode mode) {
  Fd fd = open_path(path, O_RDWR | O_CREAT | O_NOFOLLOW, 0666);
  // A shared lock needs no write permission: a read-only cache can be locked for reading.
  if (!fd && mode == FileLock::Mode::shared) fd = open_path(path, O_RDONLY | O_NOFOLLOW);
  return fd;
}

}  // namespace

Result<std::optional<FileLock>> FileLock::try_acquire(const std::string& path, Mode mode) {
  const int operation = (mode == Mode::shared ? LOCK_SH : LOCK_EX) | LOCK_NB;
  while (true) {
    Fd fd = open_lock_file(path, mode);
    if (!fd) return fail(system_error(cat(path, ": cannot lock"), errno));
    if (::flock(fd.get(), operation) == 0) {
      if (names_this_file(path, fd.get())) return FileLock(std::move(fd));
      continue;
    }
    if (errno == EINTR) continue;
    if (means_no_locks(errno)) return FileLock(std::move(fd));
    if (errno != EWOULDBLOCK) return fail(system_error(cat(path, ": cannot lock"), errno));
    return std::nullopt;
  }
}

// flock() is called without waiting, then again after growing pauses: a blocked flock() could not
// be stopped, and POSIX record locks belong to the process, so two threads would not exclude each
// other.
Result<FileLock> FileLock::acquire(const std::string& path, Mode mode, int stop_fd) {
  int pause = kFirstPauseMs;
  while (true) {
    PIPIT_TRY(std::optional<FileLock> lock, try_acquire(path, mode));
    if (lock) return std::move(*lock);
    const Waited waited = wait_fd(-1, 0, pause, stop_fd);
    if (waited == Waited::stopped)
      return fail(Code::cancelled, cat(path, ": cancelled while waiting for the lock"));
    pause = pause * 2 < kLongestPauseMs ? pause * 2 : kLongestPauseMs;
  }
}

}  // namespace pipit::base
