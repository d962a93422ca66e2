// The loop: begin what the server takes, send, wait for the socket or the wake, receive. Heads and
// content go to couriers; what those have handed over comes back through the inbox and opens the
// windows again.
//
// An exchange that the server has certainly not begun (refused, or above the last one that a
// GOAWAY names), and one that was sent on a kept connection which then turned out to be dead, goes
// back to be sent again: a GET is idempotent (RFC 9110 section 9.2.2).
#include "net/http2_connection.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>

#include "base/events.h"
#include "base/text.h"
#include "net/http.h"

namespace pipit::net {
namespace {

constexpr std::size_t kReadSize = 64 * 1024;
constexpr std::size_t kMaxActive = 256;
constexpr std::size_t kInboxFull = 128 * 1024;  // taken bytes that are worth waking the loop for
constexpr int kMaxSent = 3;
// How far the server may be ahead. What may be dropped in the middle (metadata out of a wheel)
// begins with the session's small window, which grows with what was taken: of what is dropped no
// more is on its way than has been read.
constexpr std::uint64_t kPageWindow = 1u << 20, kFileWindow = 16u << 20;
// Windows are as wide as fast lines over long ways need them, which is more than is to be kept in
// memory: with so much unread the socket is left alone for a while, so that the rest waits in the
// system's buffers and at the server (read_pause.h).
constexpr std::size_t kMuchUnread = 4u << 20;
// A stream may be silent that many times longer than a connection: others may go before it.
constexpr int kStreamPatience = 4;
constexpr std::string_view kClosed = "connection closed in the middle of the answer";
constexpr std::string_view kMute = "connection closed before an answer came";
constexpr std::int64_t kSecond = 1'000'000;

}  // namespace

Wake::Wake() : fd_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

void Wake::ring() const {
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = ::write(fd_.get(), &one, sizeof one);
}

void Wake::clear() const {
  std::uint64_t count = 0;
  [[maybe_unused]] const ssize_t got = ::read(fd_.get(), &count, sizeof count);
}

struct Http2Connection::Active {
  std::unique_ptr<WaitingExchange> exchange;
  std::shared_ptr<Delivery> delivery;
  std::int64_t heard_us = 0;
  std::uint64_t window = Http2Session::kStreamWindow, taken = 0;
  bool is_file = false, has_head = false;
};

/// What couriers and stops tell; outlives the connection.
struct Http2Connection::Inbox {
  explicit Inbox(std::shared_ptr<Wake> rung) : wake(std::move(rung)) {}
  void take_in(StreamId stream, std::size_t bytes, bool stop) {
    bool full = stop;
    {
      base::Lock lock(mu);
      taken[stream].first += bytes;
      taken[stream].second |= stop;
      waiting += bytes;
      full = full || waiting >= kInboxFull;
    }
    if (full) wake->ring();
  }
  const std::shared_ptr<Wake> wake;
  std::atomic<bool> some_stopped = false;
  base::Mutex mu;
  std::map<StreamId, std::pair<std::size_t, bool>> taken PIPIT_GUARDED_BY(mu);
  std::size_t waiting PIPIT_GUARDED_BY(mu) = 0;
};

Http2Connection::Http2Connection(Connection connection, Settings settings, ExchangeSource& source,
                                 std::shared_ptr<Wake> wake)
    : connection_(std::move(connection)),
      settings_(settings),
      source_(source),
      wake_(std::move(wake)),
      inbox_(std::make_shared<Inbox>(wake_)),
      buffer_(kReadSize),
      session_(*this) {}

Http2Connection::~Http2Connection() = default;

Result<void> Http2Connection::run(int stop_fd) {
  const Result<void> end = serve(stop_fd);
  end_all(end ? Error{Code::network, std::string(kClosed)} : end.error());
  if (begun_ > 0 || !source_.has_waiting()) return {};
  return fail(end ? Error{Code::network, std::string(kMute)} : end.error());
}

Result<void> Http2Connection::serve(int stop_fd) {
  heard_us_ = span_began_us_ = base::now_us();
  while (true) {
    wake_->clear();
    read_inbox();
    drop_stopped();
    begin_exchanges();
    PIPIT_TRY(flush(stop_fd));
    if (!session_.alive() || (session_.closing() && active_.empty())) return {};
    pollfd waits[] = {
        {connection_.fd(), POLLIN, 0}, {wake_->fd(), POLLIN, 0}, {stop_fd, POLLIN, 0}};
    const int pause_ms = unread_ >= kMuchUnread ? pause_.left_ms(base::now_us()) : 0;
    if (pause_ms > 0) {
      waits[0].fd = -1;  // a socket that is closed would wake the loop again and again
    } else {
      PIPIT_TRY(const bool came, read_some());
      if (came) continue;
    }
    const int ready = ::poll(waits, std::size(waits), pause_ms > 0 ? pause_ms : patience_ms());
    if (ready > 0 && waits[2].revents != 0) return fail_cancelled();
    PIPIT_TRY(check_time());
  }
}

/// Sends all that is to be sent; requests are small, so one write holds many.
Result<void> Http2Connection::flush(int stop_fd) {
  std::vector<std::uint8_t> bytes;
  const auto collect = [&] {
    for (auto piece = session_.output(); !piece.empty(); piece = session_.output())
      bytes.insert(bytes.end(), piece.begin(), piece.end());
  };
  collect();
  // A window opens with its request, not a round trip later.
  for (const auto& [stream, window] : std::exchange(new_windows_, {}))
    session_.widen(stream, window);
  collect();
  if (bytes.empty()) return {};
  return connection_.write(bytes, patience_of(settings_.options.timeout_seconds, stop_fd));
}

/// False: nothing more is there.
Result<bool> Http2Connection::read_some() {
  PIPIT_TRY(const auto count, connection_.read_now(buffer_));
  if (!count) return false;
  if (*count == 0) {
    return fail(Code::network, std::string(kClosed));
  }
  heard_us_ = base::now_us();
  pause_.has_read(heard_us_);
  span_bytes_ += *count;
  PIPIT_TRY(session_.receive({buffer_.data(), *count}));
  return true;
}

void Http2Connection::begin_exchanges() {
  while (!session_.closing() && active_.size() < std::min(kMaxActive, session_.max_streams())) {
    std::unique_ptr<WaitingExchange> next = source_.take(files_ < settings_.files);
    if (!next) return;
    begin(std::move(next));
  }
}

void Http2Connection::begin(std::unique_ptr<WaitingExchange> exchange) {
  exchange->on_stop.reset();
  if (exchange->stop.stop_requested()) return exchange->sink.on_done(fail_cancelled());
  const auto id = session_.get(exchange->request, settings_.options.user_agent);
  if (!id) return exchange->sink.on_done(fail(id.error()));
  if (exchange->sent++ == 0 && exchange->sink.on_start) exchange->sink.on_start();
  const bool is_file = exchange->request.kind == Kind::file;
  if (is_file) ++files_;
  if (active_.empty()) heard_us_ = span_began_us_ = base::now_us();
  Active active;
  if (exchange->request.kind != Kind::metadata) {
    active.window = is_file ? kFileWindow : kPageWindow;
    new_windows_.emplace_back(*id, active.window);
  }
  active.heard_us = base::now_us();
  active.is_file = is_file;
  active.delivery =
      std::make_shared<Delivery>(exchange->sink, is_file ? settings_.patient : settings_.quick,
                                 [inbox = inbox_, stream = *id](std::size_t bytes, bool stop) {
                                   inbox->take_in(stream, bytes, stop);
                                 });
  if (exchange->stop.stop_possible()) {
    exchange->on_stop.emplace(exchange->stop, [inbox = inbox_] {
      inbox->some_stopped.store(true);
      inbox->wake->ring();
    });
  }
  active.exchange = std::move(exchange);
  active_.emplace(*id, std::move(active));
  ++begun_;
}

void Http2Connection::read_inbox() {
  std::map<StreamId, std::pair<std::size_t, bool>> taken;
  {
    base::Lock lock(inbox_->mu);
    taken.swap(inbox_->taken);
    inbox_->waiting = 0;
  }
  for (const auto& [stream, what] : taken) {
    unread_ -= what.first;
    session_.consumed(stream, what.first);
    const auto found = active_.find(stream);
    if (found == active_.end()) continue;
    if (what.second)
      give_up(stream);  // its sink has had its end
    else
      grow_window(stream, found->second, what.first);
  }
}

void Http2Connection::grow_window(StreamId stream, Active& active, std::size_t taken) {
  active.taken += taken;
  if (active.taken < active.window || active.window >= kFileWindow) return;
  active.window = std::min(2 * active.window, kFileWindow);
  session_.widen(stream, active.window);
}

void Http2Connection::forget(StreamId stream) {
  const auto found = active_.find(stream);
  if (found->second.is_file) --files_;
  active_.erase(found);
}

/// Resets a stream. The delivery is to be told why.
std::shared_ptr<Delivery> Http2Connection::give_up(StreamId stream) {
  session_.cancel(stream);
  std::shared_ptr<Delivery> delivery = active_.find(stream)->second.delivery;
  forget(stream);
  return delivery;
}

void Http2Connection::drop_stopped() {
  if (!inbox_->some_stopped.exchange(false)) return;
  std::vector<StreamId> stopped;
  for (const auto& [stream, active] : active_)
    if (active.exchange->stop.stop_requested()) stopped.push_back(stream);
  for (const StreamId stream : stopped) give_up(stream)->end(fail_cancelled());
}

void Http2Connection::on_head(StreamId stream, ResponseHead head) {
  const auto found = active_.find(stream);
  if (found == active_.end()) return;
  Active& active = found->second;
  active.has_head = true;
  active.heard_us = base::now_us();
  ++answered_;
  active.delivery->head(std::move(head));
}

void Http2Connection::on_data(StreamId stream, std::span<const std::uint8_t> bytes) {
  const auto found = active_.find(stream);
  if (found == active_.end()) return session_.consumed(stream, bytes.size());
  found->second.heard_us = base::now_us();
  unread_ += bytes.size();
  found->second.delivery->data(bytes);
}

void Http2Connection::on_end(StreamId stream, StreamEnd end, std::string_view why) {
  const auto found = active_.find(stream);
  if (found == active_.end()) return;
  Active& active = found->second;
  active.exchange->on_stop.reset();
  const bool again = end == StreamEnd::refused && active.exchange->sent < kMaxSent;
  if (!again)
    active.delivery->end(end == StreamEnd::complete ? Result<void>()
                                                    : fail(Code::network, std::string(why)));
  std::unique_ptr<WaitingExchange> exchange = again ? std::move(active.exchange) : nullptr;
  forget(stream);
  if (exchange) source_.put_back(std::move(exchange));
}

/// How long the loop may sleep: the clock is looked at each second while something is under way.
int Http2Connection::patience_ms() const {
  return active_.empty() && !source_.has_waiting() ? -1 : 1000;
}

/// As for a connection of HTTP/1.1, but the silence and the rate are those of all streams
/// together, as the server may send one before the other. Time in which sinks are behind does not
/// count.
Result<void> Http2Connection::check_time() {
  const std::int64_t now = base::now_us();
  const std::int64_t patience = std::int64_t{settings_.options.timeout_seconds} * kSecond;
  if (active_.empty()) {
    const bool refuses = source_.has_waiting() && now - heard_us_ >= patience;
    return refuses ? fail(Code::network, "timed out: it lets no request begin") : Result<void>();
  }
  const bool behind = std::ranges::any_of(
      active_, [](const auto& entry) { return entry.second.delivery->is_behind(); });
  if (behind) heard_us_ = now;
  // A server that thinks about its answers sends nothing meanwhile.
  const bool content_comes =
      std::ranges::any_of(active_, [](const auto& entry) { return entry.second.has_head; });
  if (behind || !content_comes) {
    span_began_us_ = now;
    span_bytes_ = 0;
  }
  if (now - heard_us_ >= patience) return fail(Code::network, "timed out");
  const ExchangeLimits limits;
  if (now - span_began_us_ >= limits.slow_seconds * kSecond) {
    if (span_bytes_ < limits.slow_bytes) {
      return fail(Code::network,
                  cat("too slow: ", span_bytes_, " bytes in ", limits.slow_seconds, " s"));
    }
    span_began_us_ = now;
    span_bytes_ = 0;
  }
  std::vector<StreamId> silent;
  for (auto& [stream, active] : active_) {
    if (active.delivery->is_behind()) active.heard_us = now;
    if (now - active.heard_us >= kStreamPatience * patience) silent.push_back(stream);
  }
  for (const StreamId stream : silent) give_up(stream)->end(fail(Code::network, "timed out"));
  return {};
}

/// Whether the server's going away says nothing about this exchange: it was kept open and has gone
/// unnoticed, or it does not bear a request before the end of the TLS handshake.
bool Http2Connection::may_go_again(const Active& active) const {
  return !active.has_head && active.exchange->sent < 2 &&
         (answered_ > 0 || connection_.is_unfinished());
}

void Http2Connection::end_all(const Error& error) {
  for (auto& [stream, active] : active_) {
    active.exchange->on_stop.reset();
    if (error.code == Code::network && error.message != "timed out" && may_go_again(active))
      source_.put_back(std::move(active.exchange));
    else if (error.message == kClosed && !active.has_head)
      active.delivery->end(fail(Code::network, std::string(kMute)));
    else
      active.delivery->end(fail(error));
  }
  active_.clear();
  files_ = 0;
}

}  // namespace pipit::net
