// A connected, non-blocking TCP socket whose every wait has a deadline and can be stopped.
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
/// From now on.
Deadline patience_of(int seconds, int stop_fd);

/// Room for what arrives before it is read. It bounds what a dropped download costs.
enum class Buffer {
  small,   // answers that may be dropped in the middle
  medium,  // whole pages
  large,   // whole files: as the system thinks best
};

/// Errors carry the cause alone ("connection reset"); who knows the host puts it in front.
class Socket {
 public:
  Socket() = default;
  explicit Socket(base::Fd fd) : fd_(std::move(fd)) {}
  /// At least one byte, or 0 when the other side has ended. Code::network, Code::cancelled.
  Result<std::size_t> read(std::span<std::uint8_t> into, const Deadline& deadline);
  Result<void> write(std::span<const std::uint8_t> bytes, const Deadline& deadline);
  /// Writes what goes without waiting; failures do not matter (farewells).
  void write_now(std::span<const std::uint8_t> bytes);
  /// Whether nothing has arrived and the other side has not gone: fit to be used again.
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
