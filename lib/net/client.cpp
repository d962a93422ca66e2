// The client puts the parts together: which hosts may be contacted, with which credentials, over
// which transport, and what is done with the response. net/request_run holds what one request goes
// through.
//
// Shutdown has an order: pauses before a retry are cut short, then the transport cancels its
// exchanges and joins its threads. By then every request has reported its end.
#include "net/client.h"

#include <atomic>
#include <utility>

#include "base/mutex.h"
#include "base/text.h"
#include "net/auth.h"
#include "net/body.h"
#include "net/connect.h"
#include "net/file_decoder.h"
#include "net/http2_transport.h"
#include "net/request_run.h"
#include "net/timer.h"

namespace pipit::net {

struct Client::State {
  State(const Options& options, sched::Pool& p, base::Events& events,
        std::unique_ptr<Transport> own)
      : pool(p),
        connector(own ? nullptr : std::make_unique<Connector>(options)),
        transport(own ? std::move(own) : std::make_unique<Http2Transport>(options, *connector)),
        credentials(options.read_netrc),
        shared{options, events, *transport, timer, credentials} {}

  sched::Pool& pool;
  std::unique_ptr<Connector> connector;  // none with a test's transport
  std::unique_ptr<Transport> transport;
  Timer timer;
  Credentials credentials;
  ClientState shared;
  const std::shared_ptr<RangeGate> ranges = std::make_shared<RangeGate>();
};

namespace {

/// Pages and metadata documents are small texts; a byte range must come without a content coding.
void ask_for_gzip(Exchange& exchange) {
  if (exchange.kind == Kind::file || !find_header(exchange.headers, "range").empty()) return;
  if (!find_header(exchange.headers, "accept-encoding").empty()) return;
  exchange.headers.push_back({"accept-encoding", "gzip"});
}

/// Makes the response of what came: the decoding is not the transport's work.
using Decode = std::function<Result<Response>()>;

/// A request whose whole content goes to `done`, on the transport's thread.
PendingRequest whole_body_request(Exchange exchange, std::uint64_t max_body, std::stop_token stop,
                                  std::function<void(Decode)> done, ReaderMaker reader = {}) {
  ask_for_gzip(exchange);
  auto body = std::make_shared<BodyCollector>(max_body, std::move(reader));
  auto from = std::make_shared<base::Url>();
  PendingRequest pending;
  pending.exchange = std::move(exchange);
  pending.stop = std::move(stop);
  pending.may_restart = true;
  pending.on_url = [from](const base::Url& url) { *from = url; };
  pending.sink.on_head = [body, from](const ResponseHead& head) {
    return body->on_head(*from, head);
  };
  pending.sink.on_data = [body](std::span<const std::uint8_t> bytes) {
    return body->on_data(bytes);
  };
  pending.sink.on_done = [body, done = std::move(done)](Result<void> end) {
    done([body, end = std::move(end)] { return body->finish(end); });
  };
  return pending;
}

/// One result, handed from thread to thread.
struct Handover {
  base::Mutex mu;
  base::Condition arrived;
  std::optional<Result<Response>> result PIPIT_GUARDED_BY(mu);
};

}  // namespace

Client::Client(Options options, sched::Pool& pool, base::Events& events)
    : Client(std::move(options), pool, events, nullptr) {}

Client::Client(Options options, sched::Pool& pool, base::Events& events,
               std::unique_ptr<Transport> transport)
    : options_(std::move(options)),
      events_(events),
      state_(std::make_unique<State>(options_, pool, events, std::move(transport))) {}

Client::~Client() { shutdown(); }

void Client::shutdown() {
  state_->shared.closing.store(true);
  state_->timer.stop();
  state_->transport->shutdown();
}

void Client::start(Exchange exchange, Sink sink, std::stop_token stop) {
  start_request(state_->shared,
                {std::move(exchange), decoding(std::move(sink)), std::move(stop), false, {}});
}

void Client::fetch(Exchange exchange, std::uint64_t max_body, std::stop_token stop,
                   std::function<void(Result<Response>)> done, ReaderMaker reader) {
  const base::Lane lane = lane_of(exchange.kind);
  sched::SharedPriorityPtr priority =
      exchange.priority ? exchange.priority : sched::make_priority(sched::Priority::soon);
  auto finish = [&pool = state_->pool, lane, priority,
                 done = std::move(done)](const Decode& decode) {
    pool.submit(lane, priority, [done, decode] { done(decode()); });
  };
  start_request(state_->shared, whole_body_request(std::move(exchange), max_body, std::move(stop),
                                                   finish, std::move(reader)));
}

Result<Response> Client::fetch_now(Exchange exchange, std::uint64_t max_body,
                                   std::stop_token stop) {
  auto handover = std::make_shared<Handover>();
  auto finish = [handover](const Decode& decode) {
    Result<Response> result = decode();
    base::Lock lock(handover->mu);
    handover->result = std::move(result);
    handover->arrived.notify_all();
  };
  start_request(state_->shared,
                whole_body_request(std::move(exchange), max_body, std::move(stop), finish));
  base::Lock lock(handover->mu);
  handover->arrived.wait(
      handover->mu, [&]() PIPIT_REQUIRES(handover->mu) { return handover->result.has_value(); });
  return std::move(*handover->result);
}

void Client::preconnect(const base::Url& url) {
  if (options_.offline || state_->shared.closing || !url.is_http()) return;
  state_->shared.transport.preconnect(base::without_secrets(url));
}

std::string Client::unreachable(const base::Url& url) const {
  const std::string proxy = state_->connector ? state_->connector->proxy_of(url) : std::string();
  return cat(base::origin(url), ": unreachable", proxy.empty() ? "" : " through proxy ", proxy);
}

Ranges Client::ranges(const base::Url& url) const { return state_->ranges->known(url); }

void Client::learn_ranges(const base::Url& url, Ranges ranges) {
  state_->ranges->learn(url, ranges);
}

void Client::when_ranges_known(const base::Url& url, std::function<void(RangeGate::Turn)> fn) {
  state_->ranges->when_known(url, std::move(fn));
}

void Client::learn_http1(const base::Url& url) { state_->transport->learn_http1(url); }

std::vector<OriginFacts> Client::origins() const {
  std::vector<OriginFacts> out;
  for (const base::Url& url : state_->shared.answered.all())
    out.push_back({base::origin(url), ranges(url), state_->transport->is_http1(url)});
  return out;
}

void Client::before_first_request(std::function<void()> fn) {
  state_->shared.first.arm(std::move(fn));
}

Traffic Client::traffic() const {
  return {state_->shared.requests.load(), state_->shared.bytes.load(),
          state_->connector ? state_->connector->opened() : 0};
}

void Client::add_credentials(const base::Url& url) { state_->credentials.add(url); }

std::string Client::userinfo(const base::Url& url) { return state_->credentials.userinfo(url); }

}  // namespace pipit::net
