// Happy eyeballs (RFC 8305): a host with a dead IPv6 address must not cost a time-out. Attempts
// start 250 ms apart, or at once when the previous one has failed; the first that connects ends the
// others.
#include "net/race.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <vector>

#include "base/events.h"
#include "base/fd.h"

namespace pipit::net {
namespace {

constexpr std::int64_t kHeadStart = 250'000;  // microseconds

class AddressRace {
 public:
  AddressRace(const std::vector<Address>& addresses, const Deadline& deadline)
      : addresses_(addresses), deadline_(deadline) {}
  Result<Socket> run();

 private:
  bool may_start(std::int64_t now) const {
    return next_ < addresses_.size() && (running_.empty() || now >= next_start_);
  }
  void start_next(std::int64_t now);
  /// Waits until a socket or the clock needs attention; an error ends the race.
  Result<void> wait(std::int64_t now);
  void collect();
  void note_failure(int error_number) {
    // "unreachable" is what a missing address family reports; any other cause says more.
    if (cause_ == 0 || cause_ == ENETUNREACH || cause_ == EADDRNOTAVAIL) cause_ = error_number;
    next_start_ = 0;
  }

  const std::vector<Address>& addresses_;
  const Deadline& deadline_;
  std::vector<base::Fd> running_;
  std::vector<pollfd> polls_;
  base::Fd winner_;
  std::size_t next_ = 0;
  std::int64_t next_start_ = 0;
  int cause_ = 0;
};

Result<Socket> AddressRace::run() {
  while (true) {
    const std::int64_t now = base::now_us();
    if (now >= deadline_.until_us) return fail(Code::network, "timed out");
    if (may_start(now))
      start_next(now);
    else if (running_.empty())
      return fail(Code::network, network_cause(cause_));
    else
      PIPIT_TRY(wait(now));
    if (winner_) return Socket(std::move(winner_));
  }
}

void AddressRace::start_next(std::int64_t now) {
  const Address& address = addresses_[next_++];
  next_start_ = now + kHeadStart;
  base::Fd fd(::socket(address.family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd) return note_failure(errno);
  const int on = 1;
  ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  const auto* where = reinterpret_cast<const sockaddr*>(address.bytes.data());
  if (::connect(fd.get(), where, static_cast<socklen_t>(address.bytes.size())) == 0) {
    winner_ = std::move(fd);
  } else if (errno == EINPROGRESS) {
    running_.push_back(std::move(fd));
  } else {
    note_failure(errno);
  }
}

/// Waits until an attempt has an outcome, the next one may start, the deadline is over or a stop is
/// requested. Times are rounded up to milliseconds: poll() must not return early again and again.
Result<void> AddressRace::wait(std::int64_t now) {
  polls_.clear();
  for (const base::Fd& fd : running_) polls_.push_back({fd.get(), POLLOUT, 0});
  polls_.push_back({deadline_.stop_fd, POLLIN, 0});
  std::int64_t until = deadline_.until_us;
  if (next_ < addresses_.size()) until = std::min(until, next_start_);
  const std::int64_t left_ms = std::clamp<std::int64_t>((until - now) / 1000 + 1, 0, 1'000'000);
  const int count = ::poll(polls_.data(), polls_.size(), static_cast<int>(left_ms));
  if (count < 0 && errno != EINTR) return fail(Code::network, network_cause(errno));
  if (count <= 0) return {};
  if (polls_.back().revents != 0) return fail_cancelled();
  collect();
  return {};
}

/// A non-blocking connect() reports its outcome by SO_ERROR. Attempts that lose are closed with
/// their descriptors.
void AddressRace::collect() {
  std::vector<base::Fd> still;
  for (std::size_t i = 0; i < running_.size(); ++i) {
    if (polls_[i].revents == 0) {
      still.push_back(std::move(running_[i]));
      continue;
    }
    int error_number = 0;
    socklen_t size = sizeof error_number;
    ::getsockopt(running_[i].get(), SOL_SOCKET, SO_ERROR, &error_number, &size);
    if (error_number != 0)
      note_failure(error_number);
    else if (!winner_)
      winner_ = std::move(running_[i]);
  }
  running_ = std::move(still);
}

}  // namespace

Result<Socket> race_addresses(const std::vector<Address>& addresses, const Deadline& deadline) {
  return AddressRace(addresses, deadline).run();
}

}  // namespace pipit::net
