// One HTTP/1.1 exchange on a connection that is there already. cpp-httplib writes the request and
// reads the content; the head, deadlines and limits are ours.
#pragma once
#include "base/result.h"
#include "net/connect.h"
#include "net/transport.h"

namespace pipit::net {

struct ExchangeLimits {
  int silence_seconds = 15;         // no byte for that long: given up
  int head_seconds = 30;            // the whole head, informational ones included
  int slow_seconds = 30;            // the span over which a body's rate is looked at …
  std::uint64_t slow_bytes = 3000;  // … and the least that must have come in it
};

struct ExchangeOutcome {
  Result<void> result;    // a Sink that said stop: success. Errors begin with the host.
  bool heard = false;     // at least one byte of an answer came
  bool reusable = false;  // the connection may carry another exchange
};

/// Sends a GET and feeds `sink` (all but on_done). Blocks until the answer is there, the sink says
/// stop, something breaks, or `stop_fd` becomes readable.
ExchangeOutcome run_exchange(Connection& connection, const Request& request, const Sink& sink,
                             const std::string& user_agent, const ExchangeLimits& limits,
                             int stop_fd);

}  // namespace pipit::net
