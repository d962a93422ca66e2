// One request of the client up to its final response: redirects, credentials, retries.
#pragma once
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>

#include "base/events.h"
#include "base/result.h"
#include "net/auth.h"
#include "net/client.h"
#include "net/options.h"
#include "net/timer.h"
#include "net/transport.h"

namespace pipit::net {

/// What all requests of one client share. Outlives them.
struct ClientState {
  const Options& options;
  base::Events& events;
  Transport& transport;
  Timer& timer;
  Credentials& credentials;
  std::atomic<std::uint64_t> requests = 0, bytes = 0;
  std::atomic<bool> closing = false;
};

struct PendingRequest {
  Exchange exchange;
  Sink sink;  // the caller's
  std::stop_token stop;
  bool may_restart = false;  // the sink takes a second head after a broken body
  std::function<void(const base::Url&)>
      on_url;  // called before each head with its URL; may be unset
};

/// Returns at once. An error may reach the sink before it does.
void start_request(ClientState& shared, PendingRequest pending);

base::Lane lane_of(Kind kind);

}  // namespace pipit::net
