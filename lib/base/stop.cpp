// The bridge between stop tokens and poll(): an eventfd that the stop callback makes readable. It
// is never read, so it stays readable and any number of threads may poll it.
#include "base/stop.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <utility>

#include "base/events.h"
#include "base/mutex.h"

namespace pipit::base {

// The members are made in the order of declaration: the callback may run at once and finds the
// descriptor open.
StopFd::StopFd(std::stop_token stop)
    : fd_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)), callback_(std::move(stop), Wake{fd_.get()}) {}

void StopFd::Wake::operator()() const {
  const std::uint64_t one = 1;
  if (fd < 0) return;
  // A full counter (EAGAIN) is readable as well: every outcome is fine.
  [[maybe_unused]] const ssize_t written = ::write(fd, &one, sizeof one);
}

Waited wait_fd(int fd, short events, int timeout_ms, int stop_fd) {
  const std::int64_t deadline = now_us() + std::int64_t{timeout_ms} * 1000;
  while (true) {
    pollfd fds[2] = {{fd, events, 0}, {stop_fd, POLLIN, 0}};  // poll() passes over negative ones
    int left = -1;
    if (timeout_ms >= 0) {
      const std::int64_t rest = (deadline - now_us() + 999) / 1000;
      left = rest > 0 ? static_cast<int>(rest) : 0;
    }
    const int count = ::poll(fds, 2, left);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return Waited::failed;
    if (fds[1].revents != 0) return Waited::stopped;
    if (fds[0].revents & POLLNVAL) return Waited::failed;
    if (fds[0].revents != 0)
      return Waited::ready;  // errors and hang-ups show at the next read or write
    if (count == 0) return Waited::timeout;
  }
}

Result<std::size_t> read_some(int fd, std::span<char> buffer, std::string_view name,
                              const StopFd& stop) {
  while (true) {
    if (wait_fd(fd, POLLIN, -1, stop.fd()) == Waited::stopped) return fail_cancelled();
    const ssize_t got = ::read(fd, buffer.data(), buffer.size());
    if (got >= 0) return static_cast<std::size_t>(got);
    if (errno != EINTR && errno != EAGAIN) return fail(system_error(name, errno));
  }
}

bool pause(std::chrono::milliseconds time, std::stop_token stop) {
  Mutex mu;
  Condition never;
  Lock lock(mu);
  never.wait_for(mu, stop, time, [] { return false; });
  return !stop.stop_requested();
}

}  // namespace pipit::base
