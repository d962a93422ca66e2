// Locks between processes.
#pragma once
#include <optional>
#include <string>
#include <utility>

#include "base/fd.h"
#include "base/result.h"

namespace pipit::base {

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

}  // namespace pipit::base
