// The one way to the network: redirects, credentials, retries, accounting. All rooms above use it.
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/events.h"
#include "base/result.h"
#include "net/options.h"
#include "net/range_gate.h"
#include "net/transport.h"
#include "sched/pool.h"

namespace pipit::net {

/// What this run found out about an origin that has answered.
struct OriginFacts {
  std::string url;  // "https://host:port"
  Ranges ranges = Ranges::unknown;
  bool http1 = false;  // HTTP/2 was offered and not chosen
};

struct Response {
  int status = 0;
  base::Url url;  // where the response came from, after redirects
  std::vector<Header> headers;
  std::string body;          // content coding undone; empty when a ContentReader has read it
  std::uint64_t length = 0;  // of the decoded content, wherever it went
  Answerer from = {};
};

/// Reads a long content while it arrives, so that it is never in memory as a whole.
class ContentReader {
 public:
  virtual ~ContentReader() = default;
  /// The next bytes, content coding undone. What is wrong with them is told at the end.
  virtual void feed(std::string_view bytes) = 0;
};
/// Gives the reader for a response whose `body` is the beginning of more than kMaxCollected bytes,
/// which the reader is fed first; null: it is collected all the same. Called again when a request
/// is tried again: the last reader counts. Runs on the transport's thread.
using ReaderMaker = std::function<std::shared_ptr<ContentReader>(const Response& beginning)>;
/// Contents up to here are in memory as a whole in any case.
inline constexpr std::uint64_t kMaxCollected = 1 << 20;

struct Exchange {
  base::Url url;  // its user information becomes Authorization, for this origin only
  Kind kind = Kind::page;
  std::vector<Header> headers;  // Accept, Range, If-None-Match …
  sched::SharedPriorityPtr priority;
  /// For messages and spans: "page requests", "metadata black-26.1.0-py3-none-any.whl".
  std::string what;
};

/// Traffic so far, for summaries and benchmarks.
struct Traffic {
  std::uint64_t requests = 0, bytes = 0, connections = 0;
};

class Client {
 public:
  /// `pool` runs the completions of whole-body requests; `events` receives spans and warnings. Both
  /// outlive the client.
  Client(Options options, sched::Pool& pool, base::Events& events);
  /// With a transport that the test provides.
  Client(Options options, sched::Pool& pool, base::Events& events,
         std::unique_ptr<Transport> transport);
  ~Client();  // shutdown()
  /// Ends every exchange (Code::cancelled) and joins the transport's threads. Exchanges started
  /// later end the same way at once. The pool may be shut down already: its submit() drops jobs
  /// then.
  void shutdown();

  /// Streams the final response into `sink`. Redirects are followed (credentials stay with their
  /// origin, no https to http, no file:). Connection errors and 408/425/429/5xx are retried with
  /// back-off as long as no content byte was delivered. The sink sees the heads of 2xx, 304 and
  /// final errors alike. A gzip encoding that nobody asked for is undone (file_decoder.h).
  void start(Exchange exchange, Sink sink, std::stop_token stop);
  /// Fetches the whole content (at most `max_body` decoded bytes, gzip undone), then runs `done` as
  /// a job in the pool's lane for that kind. A long content goes to what `reader` makes, if it is
  /// set.
  void fetch(Exchange exchange, std::uint64_t max_body, std::stop_token stop,
             std::function<void(Result<Response>)> done, ReaderMaker reader = {});
  /// As fetch(), but waits for the result. Not to be called from a job that holds a permit.
  Result<Response> fetch_now(Exchange exchange, std::uint64_t max_body, std::stop_token stop);

  void preconnect(const base::Url& url);
  /// For a warning that stored answers are used: "https://host:8080: unreachable", and through
  /// which proxy it was asked.
  std::string unreachable(const base::Url& url) const;
  Ranges ranges(const base::Url& url) const;
  void learn_ranges(const base::Url& url, Ranges ranges);
  /// RangeGate::when_known.
  void when_ranges_known(const base::Url& url, std::function<void(RangeGate::Turn)> fn);
  void learn_http1(const base::Url& url);
  /// Origins that gave what they were asked for, sorted.
  std::vector<OriginFacts> origins() const;
  /// Calls `fn` when the first request goes out, on the thread that sends it; at once if it has.
  void before_first_request(std::function<void()> fn);
  Traffic traffic() const;
  const Options& options() const { return options_; }
  base::Events& events() const { return events_; }
  /// Remembers an index URL's user information for its origin, so that relative and same-origin
  /// links carry it too.
  void add_credentials(const base::Url& url);
  /// The user information that a request to `url` would carry, for other programs that fetch from
  /// it (git): percent-encoded "user:password" or "user", a secret; "" for none.
  std::string userinfo(const base::Url& url);

 private:
  struct State;
  Options options_;
  base::Events& events_;
  std::unique_ptr<State> state_;
};

}  // namespace pipit::net
