// Locks between processes.
#pragma once
#include <optional>
#include <string>
#include <utility>

#include "base/fd.h"
#include "base/result.h"

namespace pipit::base {

/// An exclusive or shared lock between processes, on a file that is created when absent.
class FileLock {
 public:
  enum class Mode { shared, exclusive };
  /// Waits, and polls `stop_fd` (readable: cancelled) when it is not -1. On a file system without
  /// locks it succeeds without one.
  static Result<FileLock> acquire(const std::string& path, Mode mode, int stop_fd = -1);
  /// Does not wait; nullopt when another process or object has the lock.
  static Result<std::optional<FileLock>> try_acquire(const std::string& path, Mode mode);

 private:
  explicit FileLock(Fd fd) : fd_(std::move(fd)) {}
  Fd fd_;
};

}  // namespace pipit::base
