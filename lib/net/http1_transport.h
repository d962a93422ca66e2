// HTTP/1.1 with persistent connections: one thread per connection, started when there is work for
// it.
#pragma once
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "base/mutex.h"
#include "base/stop.h"
#include "net/connect.h"
#include "net/http.h"
#include "net/options.h"
#include "net/priority_queue.h"
#include "net/timer.h"
#include "net/transport.h"

namespace pipit::net {

class Http1Transport final : public Transport {
 public:
  /// `connector` outlives the transport.
  Http1Transport(const Options& options, Connector& connector);
  ~Http1Transport() override;  // shutdown()
  void start(Request request, Sink sink, std::stop_token stop) override;
  void preconnect(const base::Url& origin) override;
  /// Takes an open connection to this origin, for the next exchange there.
  void adopt(const base::Url& origin, Connection connection);
  void shutdown() override;

 private:
  struct Origin;
  using Job = std::unique_ptr<WaitingExchange>;
  Origin& origin_of(const base::Url& url) PIPIT_REQUIRES(mu_);
  bool files_allowed(const Origin& origin) const PIPIT_REQUIRES(mu_);
  std::size_t takable(const Origin& origin) const PIPIT_REQUIRES(mu_);
  Job enqueue(Job job) PIPIT_REQUIRES(mu_);
  Job staff(Origin& origin) PIPIT_REQUIRES(mu_);
  bool add_thread(Origin& origin) PIPIT_REQUIRES(mu_);
  void cancel_waiting(const std::string& key, std::uint64_t number);

  void serve(Origin* origin);
  Result<Connection> connect(Origin& origin);
  Origin* await_work(Origin* origin, bool connected);
  Origin* move_to_unstaffed(Origin* from) PIPIT_REQUIRES(mu_);
  Job take(Origin& origin);
  void give_back(Origin& origin, Kind kind);
  Result<void> carry_out(WaitingExchange& job, std::optional<Connection>& connection, bool reused);

  const Options options_;
  const std::size_t limit_, file_limit_;
  Connector& connector_;
  Timer timer_;
  std::stop_source stopping_;
  base::StopFd stopping_fd_{stopping_.get_token()};
  base::Mutex mu_;
  std::map<std::string, std::unique_ptr<Origin>> origins_ PIPIT_GUARDED_BY(mu_);
  std::vector<std::thread> threads_ PIPIT_GUARDED_BY(mu_);
  std::uint64_t next_number_ PIPIT_GUARDED_BY(mu_) = 0;
};

}  // namespace pipit::net
