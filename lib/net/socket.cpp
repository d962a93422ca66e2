// Reads and writes that never block longer than their deadline.
//
// The size of the receive buffer matters here: a wheel that is read only up to its METADATA is
// dropped in the middle, and all that the kernel had let the server send by then was wasted. So a
// new connection gets a small buffer. It is set after connecting: a small one set before would also
// limit window scaling, and the connection could never grow again. For whole files the lock on the
// size is taken off, so that the kernel tunes it to the line.
#include "net/socket.h"

#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#include <cerrno>

#include "base/events.h"
#include "base/stop.h"
#include "base/text.h"

namespace pipit::net {
namespace {

// The kernel doubles these for its own book-keeping. None is below twice the segment size of the
// loopback device (64 KiB): with a window smaller than one segment the sender waits for its persist
// timer, 200 ms each time.
constexpr int kSmallBuffer = 128 * 1024;
constexpr int kMediumBuffer = 128 * 1024;
constexpr int kLargeBuffer = 1024 * 1024;
constexpr int kBufferLock = 72;  // SO_BUF_LOCK, Linux 5.16; elsewhere it fails and the size stays

void set_receive_buffer(int fd, int bytes) {
  ::setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
}

/// Success when the descriptor is ready.
Result<void> await_socket(int fd, short events, const Deadline& deadline) {
  const std::int64_t left = (deadline.until_us - base::now_us()) / 1000;
  if (left <= 0) return fail(Code::network, "timed out");
  const int timeout_ms = left > 1'000'000 ? 1'000'000 : static_cast<int>(left) + 1;
  switch (base::wait_fd(fd, events, timeout_ms, deadline.stop_fd)) {
    case base::Waited::ready:
      return {};
    case base::Waited::timeout:
      return fail(Code::network, "timed out");
    case base::Waited::stopped:
      return fail_cancelled();
    case base::Waited::failed:
      break;
  }
  return fail(Code::network, "waiting failed");
}

}  // namespace

Deadline patience_of(int seconds, int stop_fd) {
  return {base::now_us() + std::int64_t{seconds} * 1'000'000, stop_fd};
}

std::string network_cause(int error_number) {
  switch (error_number) {
    case ECONNREFUSED:
      return "connection refused";
    case ECONNRESET:
    case EPIPE:
      return "connection reset";
    case ETIMEDOUT:
      return "timed out";
    case ENETUNREACH:
      return "network is unreachable";
    case EHOSTUNREACH:
      return "no route to host";
    case EACCES:
    case EPERM:
      return "not permitted by this system";
    default:
      break;
  }
  char buffer[128] = {};
  // The two versions of strerror_r return different types; overloads accept either.
  struct Text {
    static const char* of(const char* text, const char*) { return text; }
    static const char* of(int, const char* text) { return text; }
  };
  return base::to_lower(Text::of(::strerror_r(error_number, buffer, sizeof buffer), buffer));
}

Result<std::optional<std::size_t>> Socket::read_now(std::span<std::uint8_t> into) {
  while (true) {
    const ssize_t count = ::recv(fd_.get(), into.data(), into.size(), MSG_DONTWAIT);
    if (count >= 0) return static_cast<std::size_t>(count);
    if (errno == EAGAIN || errno == EWOULDBLOCK) return std::nullopt;
    if (errno != EINTR) return fail(Code::network, network_cause(errno));
  }
}

Result<std::size_t> Socket::read(std::span<std::uint8_t> into, const Deadline& deadline) {
  while (true) {
    PIPIT_TRY(const std::optional<std::size_t> count, read_now(into));
    if (count) return *count;
    PIPIT_TRY(await_socket(fd_.get(), POLLIN, deadline));
  }
}

Result<void> Socket::write(std::span<const std::uint8_t> bytes, const Deadline& deadline) {
  while (!bytes.empty()) {
    const ssize_t count =
        ::send(fd_.get(), bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (count > 0) {
      bytes = bytes.subspan(static_cast<std::size_t>(count));
      continue;
    }
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno != EAGAIN && errno != EWOULDBLOCK) {
      return fail(Code::network, network_cause(errno));
    }
    PIPIT_TRY(await_socket(fd_.get(), POLLOUT, deadline));
  }
  return {};
}

void Socket::write_now(std::span<const std::uint8_t> bytes) {
  [[maybe_unused]] const ssize_t sent =
      ::send(fd_.get(), bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
}

bool Socket::is_idle() const {
  std::uint8_t byte = 0;
  const ssize_t count = ::recv(fd_.get(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

void Socket::set_buffer(Buffer buffer) {
  if (buffer == buffer_) return;
  buffer_ = buffer;
  if (buffer == Buffer::small) return set_receive_buffer(fd_.get(), kSmallBuffer);
  if (buffer == Buffer::medium) return set_receive_buffer(fd_.get(), kMediumBuffer);
  set_receive_buffer(fd_.get(), kLargeBuffer);
  const int unlocked = 0;
  ::setsockopt(fd_.get(), SOL_SOCKET, kBufferLock, &unlocked, sizeof unlocked);
}

}  // namespace pipit::net
