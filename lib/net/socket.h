// A connected, non-blocking TCP socket. Every wait has a deadline and can be stopped.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "base/fd.h"
#include "base/result.h"

namespace pipit::net {

/// How long a wait may last and what ends it early. Microseconds of base::now_us().
struct Deadline {
  std::int64_t until_us = 0;
  int stop_fd = -1;  // readable: give up (base::StopFd)
};
/// A deadline that many seconds from now.
Deadline patience_of(int seconds, int stop_fd);

/// Size of the receive buffer. It bounds how many bytes a dropped download has cost.
enum class Buffer {
  small,   // content that may be dropped in the middle
  medium,  // whole pages
  large,   // whole files: the system chooses
};

/// Errors carry the cause only ("connection reset"); a caller that knows the host prepends it.
class Socket {
 public:
  Socket() = default;
  explicit Socket(base::Fd fd) : fd_(std::move(fd)) {}
  /// At least one byte, or 0 when the peer has closed. Code::network, Code::cancelled.
  Result<std::size_t> read(std::span<std::uint8_t> into, const Deadline& deadline);
  /// As read(), but nullopt instead of waiting.
  Result<std::optional<std::size_t>> read_now(std::span<std::uint8_t> into);
  Result<void> write(std::span<const std::uint8_t> bytes, const Deadline& deadline);
  /// Writes what fits without waiting. Failures do not matter (close_notify).
  void write_now(std::span<const std::uint8_t> bytes);
  /// Whether nothing has arrived and the peer has not closed: fit to be used again.
  bool is_idle() const;
  void set_buffer(Buffer buffer);
  int fd() const { return fd_.get(); }
  explicit operator bool() const { return static_cast<bool>(fd_); }

 private:
  base::Fd fd_;
  std::optional<Buffer> buffer_;  // nothing set yet: the system's own size
};

/// "connection refused" for ECONNREFUSED, and so on: lower case, as a cause in a sentence.
std::string network_cause(int error_number);

}  // namespace pipit::net
