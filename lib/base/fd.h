// An owned file descriptor, and errors of failed system calls.
#pragma once
#include <string>
#include <string_view>

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

/// openat(), close-on-exec, tried again after a signal. On failure it owns nothing, and errno says
/// why. (open() of the release's C library costs a second system call.)
Fd open_at(int directory, const char* path, int flags, unsigned mode = 0);
/// The same for a path of its own.
Fd open_path(const std::string& path, int flags, unsigned mode = 0);

/// Error for the last system call: Code::no_space for ENOSPC and EDQUOT, else Code::io; "<what>:
/// <strerror>".
Error system_error(std::string_view what, int error_number);

/// Writes all of it; `name` is for the message.
Result<void> write_all(int fd, std::string_view bytes, std::string_view name);

}  // namespace pipit::base
