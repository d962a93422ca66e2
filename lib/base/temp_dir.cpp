// Things that exist for a while: unique names, temporary directories, locks between processes.
#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <string>
#include <utility>

#include "base/events.h"
#include "base/file.h"
#include "base/stop.h"
#include "base/text.h"

namespace pipit::base {
namespace {

constexpr int kNameAttempts = 100;
constexpr int kFirstPauseMs = 1;
constexpr int kLongestPauseMs = 50;

std::uint32_t random_word() {
  std::uint32_t word = 0;
  if (::getrandom(&word, sizeof word, GRND_NONBLOCK) == sizeof word) return word;
  return static_cast<std::uint32_t>(now_us() *
                                    2654435761);  // no entropy yet: pid and counter still differ
}

/// Whether this error of flock() means that the file system has no locks, as some network and
/// user-space ones.
bool means_no_locks(int error_number) {
  return error_number == ENOSYS || error_number == EOPNOTSUPP || error_number == ENOLCK ||
         error_number == EINVAL;
}

/// Whether `fd` is still what `path` names: a cleaner may have removed the file between open and
/// lock.
bool names_this_file(const std::string& path, int fd) {
  struct stat by_name, by_fd;
  if (::stat(path.c_str(), &by_name) != 0 || ::fstat(fd, &by_fd) != 0) return false;
  return by_name.st_ino == by_fd.st_ino && by_name.st_dev == by_fd.st_dev;
}

Fd open_lock_file(const std::string& path, FileLock::Mode mode) {
  Fd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666));
  // A shared lock needs no right to write: a read-only cache can be locked for reading.
  if (!fd && mode == FileLock::Mode::shared)
    fd.reset(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  return fd;
}

}  // namespace

std::string unique_name(std::string_view prefix) {
  static constinit std::atomic<std::uint64_t> next{0};
  const std::uint64_t number = next.fetch_add(1, std::memory_order_relaxed);
  return cat(prefix, ::getpid(), "-", number, "-", random_word());
}

Result<TempDir> TempDir::create(const std::string& parent, std::string_view prefix) {
  for (int attempt = 0; attempt < kNameAttempts; ++attempt) {
    std::string path = join_path(parent, unique_name(prefix));
    if (::mkdir(path.c_str(), 0700) == 0) return TempDir(std::move(path));
    if (errno != EEXIST) return fail(system_error(cat(path, ": cannot make the directory"), errno));
  }
  return fail(Code::io, cat(parent, ": no free name for a temporary directory"));
}

TempDir::TempDir(TempDir&& other) noexcept : path_(std::exchange(other.path_, {})) {}

TempDir& TempDir::operator=(TempDir&& other) noexcept {
  if (this == &other) return *this;
  if (!path_.empty()) (void)remove_tree(path_);
  path_ = std::exchange(other.path_, {});
  return *this;
}

TempDir::~TempDir() {
  if (!path_.empty()) (void)remove_tree(path_);  // nobody is left to be told of a failure
}

std::string TempDir::keep() { return std::exchange(path_, {}); }

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

// flock() is asked without waiting, then again after growing pauses: a blocked flock() could not be
// stopped, and POSIX record locks belong to the process, so that two threads would not exclude each
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
