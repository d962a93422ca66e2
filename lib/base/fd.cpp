// Descriptors are closed without changing errno: their owners are destroyed on error paths that
// read it later.
#include "base/fd.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <utility>

#include "base/text.h"

namespace pipit::base {
namespace {

// Two signatures of strerror_r exist: the GNU one returns the text, the POSIX one fills the buffer.
[[maybe_unused]] std::string_view error_reason(const char* text, const char*) { return text; }
[[maybe_unused]] std::string_view error_reason(int, const char* buffer) { return buffer; }

}  // namespace

Fd& Fd::operator=(Fd&& other) noexcept {
  if (this != &other) reset(other.release());
  return *this;
}

int Fd::release() { return std::exchange(fd_, -1); }

void Fd::reset(int fd) {
  const int saved_errno = errno;  // owners are destroyed on error paths that still read it
  if (fd_ >= 0) ::close(fd_);
  fd_ = fd;
  errno = saved_errno;
}

Fd open_at(int directory, const char* path, int flags, unsigned mode) {
  int fd = -1;
  do fd = ::openat(directory, path, flags | O_CLOEXEC, mode);
  while (fd < 0 && errno == EINTR);
  return Fd(fd);
}

Fd open_path(const std::string& path, int flags, unsigned mode) {
  return open_at(AT_FDCWD, path.c_str(), flags, mode);
}

Error system_error(std::string_view what, int error_number) {
  char buffer[128];
  buffer[0] = '\0';
  const std::string_view reason =
      error_reason(::strerror_r(error_number, buffer, sizeof buffer), buffer);
  const bool full = error_number == ENOSPC || error_number == EDQUOT;
  std::string message(error_number == EIO ? "input/output error" : reason);
  if (!message.empty()) message.front() = to_lower(message.front());
  return Error{full ? Code::no_space : Code::io, std::move(message)}.in(what);
}

Result<void> write_all(int fd, std::string_view bytes, std::string_view name) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(fd, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return fail(system_error(name, errno));
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return {};
}

}  // namespace pipit::base
