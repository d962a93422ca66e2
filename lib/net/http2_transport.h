// HTTP/2 where a server speaks it: one connection for each origin, which all its exchanges share.
// Elsewhere HTTP/1.1.
#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "base/mutex.h"
#include "base/stop.h"
#include "net/connect.h"
#include "net/delivery.h"
#include "net/http1_transport.h"
#include "net/http2_connection.h"
#include "net/options.h"
#include "net/priority_queue.h"
#include "net/timer.h"
#include "net/transport.h"

namespace pipit::net {

class Http2Transport final : public Transport {
 public:
  /// `connector` outlives the transport.
  Http2Transport(const Options& options, Connector& connector);
  ~Http2Transport() override;  // shutdown()
  void start(Request request, Sink sink, std::stop_token stop) override;
  void preconnect(const base::Url& origin) override;
  bool is_http1(const base::Url& origin) override;
  void learn_http1(const base::Url& origin) override;
  void shutdown() override;

 private:
  struct Origin;
  using Job = std::unique_ptr<WaitingExchange>;
  bool is_for_http1(const base::Url& url) const;
  Origin* origin_of(const base::Url& url) PIPIT_REQUIRES(mu_);
  bool staff(Origin& origin) PIPIT_REQUIRES(mu_);
  Job enqueue(Origin& origin, Job job) PIPIT_REQUIRES(mu_);
  void watch(Origin& origin, WaitingExchange& job) PIPIT_REQUIRES(mu_);
  void cancel_waiting(Origin& origin, std::uint64_t number);
  void serve(Origin* origin);
  bool await_work(Origin& origin);
  void hand_to_http1(Origin& origin, Connection connection);
  void fail_waiting(Origin& origin, const Error& error);

  const Options options_;
  const std::size_t files_;
  Connector& connector_;
  Http1Transport http1_;
  Timer timer_;
  Couriers quick_, patient_;
  std::stop_source stopping_;
  base::StopFd stopping_fd_{stopping_.get_token()};
  base::Mutex mu_;
  std::map<std::string, std::unique_ptr<Origin>> origins_ PIPIT_GUARDED_BY(mu_);
  std::uint64_t next_number_ PIPIT_GUARDED_BY(mu_) = 0;
};

}  // namespace pipit::net
