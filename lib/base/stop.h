// A stop token in a form that poll() can watch: every wait on a descriptor also polls it.
#pragma once
#include <chrono>
#include <cstddef>
#include <span>
#include <stop_token>
#include <string_view>

#include "base/fd.h"
#include "base/result.h"

namespace pipit::base {

/// An eventfd that becomes readable (and stays so) once a stop of the token is requested.
class StopFd {
 public:
  explicit StopFd(std::stop_token stop);
  StopFd(const StopFd&) = delete;
  StopFd& operator=(const StopFd&) = delete;
  /// -1 when no descriptor could be created.
  int fd() const { return fd_.get(); }

 private:
  struct Wake {
    int fd;
    void operator()() const;
  };
  Fd fd_;
  std::stop_callback<Wake> callback_;
};

/// poll() on `fd` for `events` (POLLIN, POLLOUT), at most `timeout_ms` (-1: for ever).
enum class Waited { ready, timeout, stopped, failed };
Waited wait_fd(int fd, short events, int timeout_ms, int stop_fd);

/// Reads what there is, and waits until there is something: a pipe or terminal must not outlast a
/// stop. 0: the end. Code::cancelled when stopped, Code::io with `name`.
Result<std::size_t> read_some(int fd, std::span<char> buffer, std::string_view name,
                              const StopFd& stop);

/// Sleeps for that long. False when stopped before the time was over.
bool pause(std::chrono::milliseconds time, std::stop_token stop);

}  // namespace pipit::base
