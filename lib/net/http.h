// One HTTP/1.1 exchange on an open connection. cpp-httplib writes the request and reads the
// content; the head, deadlines and limits are ours.
#pragma once
#include "base/result.h"
#include "net/connect.h"
#include "net/transport.h"

namespace pipit::net {

struct ExchangeLimits {
  int silence_seconds = 15;         // after that long without a byte: given up
  int head_seconds = 30;            // for the whole head, interim (1xx) responses included
  int slow_seconds = 30;            // the span over which the content's rate is measured …
  std::uint64_t slow_bytes = 3000;  // … and the least that must arrive within it
};

struct ExchangeOutcome {
  Result<void> result;    // a Sink that returned stop: success. Errors begin with the host.
  bool heard = false;     // at least one byte of a response came
  bool reusable = false;  // the connection may carry another exchange
};

/// Sends a GET and feeds `sink` (all but on_done). Blocks until the response is complete, the sink
/// returns stop, something breaks, or `stop_fd` becomes readable.
ExchangeOutcome run_exchange(Connection& connection, const Request& request, const Sink& sink,
                             const std::string& user_agent, const ExchangeLimits& limits,
                             int stop_fd);

}  // namespace pipit::net
