// An owned file descriptor, and errors of failed system calls.
#pragma once
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

/// Error for the last system call: Code::no_space for ENOSPC and EDQUOT, else Code::io; "<what>:
/// <strerror>".
Error system_error(std::string_view what, int error_number);

/// Writes all of it; `name` is for the message.
Result<void> write_all(int fd, std::string_view bytes, std::string_view name);

}  // namespace pipit::base
