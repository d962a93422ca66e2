// One HTTP/2 connection and the exchanges on it: a loop on one thread.
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/fd.h"
#include "base/mutex.h"
#include "net/connect.h"
#include "net/delivery.h"
#include "net/http2_session.h"
#include "net/options.h"
#include "net/priority_queue.h"
#include "net/read_pause.h"

namespace pipit::net {

/// Wakes a loop that waits on descriptors, from any thread.
class Wake {
 public:
  Wake();
  int fd() const { return fd_.get(); }
  void ring() const;
  /// Until the next ring().
  void clear() const;

 private:
  base::Fd fd_;
};

/// Where a connection takes its exchanges from. Calls come from the connection's thread.
class ExchangeSource {
 public:
  virtual ~ExchangeSource() = default;
  /// The next one; null when there is none (with `files` false: none other than files).
  virtual std::unique_ptr<WaitingExchange> take(bool files) = 0;
  /// Whether take() would give one.
  virtual bool has_waiting() = 0;
  /// Takes back one that the server has not begun to work on.
  virtual void put_back(std::unique_ptr<WaitingExchange> exchange) = 0;
};

class Http2Connection final : private StreamEvents {
 public:
  struct Settings {
    const Options& options;
    std::size_t files;  // at most that many files at once
    Couriers& quick;    // for what is small
    Couriers& patient;  // for files, whose readers may wait
  };
  /// `wake` is rung when there is something in the source; all outlive the connection.
  Http2Connection(Connection connection, Settings settings, ExchangeSource& source,
                  std::shared_ptr<Wake> wake);
  ~Http2Connection() override;
  /// Until the connection has ended or `stop_fd` is readable; then every exchange of it has had
  /// its end or is back at the source. An error: it took none, though there were some.
  Result<void> run(int stop_fd);

 private:
  struct Active;
  struct Inbox;
  void on_head(StreamId stream, ResponseHead head) override;
  void on_data(StreamId stream, std::span<const std::uint8_t> bytes) override;
  void on_end(StreamId stream, StreamEnd end, std::string_view why) override;

  void begin_exchanges();
  void begin(std::unique_ptr<WaitingExchange> exchange);
  void read_inbox();
  void drop_stopped();
  std::shared_ptr<Delivery> give_up(StreamId stream);
  void forget(StreamId stream);
  void grow_window(StreamId stream, Active& active, std::size_t taken);
  Result<void> flush(int stop_fd);
  Result<bool> read_some();
  Result<void> check_time();
  int patience_ms() const;
  Result<void> serve(int stop_fd);
  bool may_go_again(const Active& active) const;
  void end_all(const Error& error);

  Connection connection_;
  const Settings settings_;
  ExchangeSource& source_;
  std::shared_ptr<Wake> wake_;
  std::shared_ptr<Inbox> inbox_;
  std::map<StreamId, Active> active_;
  std::size_t files_ = 0;       // of the active ones
  std::size_t unread_ = 0;      // of what was received
  ReadPause pause_;             // when that is much
  std::vector<std::pair<StreamId, std::uint64_t>> new_windows_;  // of streams not yet sent
  std::uint64_t begun_ = 0, answered_ = 0;  // exchanges that were sent, that had an answer here
  std::int64_t heard_us_ = 0;   // when the server last said something, or an exchange began
  std::int64_t span_began_us_ = 0;
  std::uint64_t span_bytes_ = 0;  // received since then
  std::vector<std::uint8_t> buffer_;
  Http2Session session_;
};

}  // namespace pipit::net
