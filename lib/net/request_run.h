// One request of the client up to its final response: redirects, credentials, retries.
#pragma once
#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/events.h"
#include "base/mutex.h"
#include "base/result.h"
#include "base/url.h"
#include "net/auth.h"
#include "net/client.h"
#include "net/options.h"
#include "net/timer.h"
#include "net/transport.h"

namespace pipit::net {

/// Origins, one URL of each.
class OriginSet {
 public:
  void add(const base::Url& url) PIPIT_EXCLUDES(mu_);
  std::vector<base::Url> all() const PIPIT_EXCLUDES(mu_);

 private:
  mutable base::Mutex mu_;
  std::map<std::string, base::Url> urls_ PIPIT_GUARDED_BY(mu_);
};

/// Something that is done once, when it is known what, and the time has come.
class Once {
 public:
  void arm(std::function<void()> fn) PIPIT_EXCLUDES(mu_);
  void fire() PIPIT_EXCLUDES(mu_);

 private:
  base::Mutex mu_;
  std::function<void()> fn_ PIPIT_GUARDED_BY(mu_);
  bool fired_ PIPIT_GUARDED_BY(mu_) = false;
};

/// What all requests of one client share. Outlives them.
struct ClientState {
  const Options& options;
  base::Events& events;
  Transport& transport;
  Timer& timer;
  Credentials& credentials;
  std::atomic<std::uint64_t> requests = 0, bytes = 0;
  std::atomic<bool> closing = false;
  OriginSet answered = {};
  Once first = {};  // when the first request goes out
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
