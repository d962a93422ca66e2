// A request is a chain of exchanges. Each ends in one of four ways: its response is passed on, it
// redirects elsewhere, it is worth another try, or it has failed. The head decides which; the next
// step is taken when the exchange has ended and the connection is free again.
//
// A head is held back until the first byte of content (or the end), so that a connection that
// breaks in between can still be replaced by another try without the caller noticing.
#include "net/request_run.h"

#include <utility>

#include "base/meter.h"
#include "base/random.h"
#include "base/redact.h"
#include "base/text.h"
#include "base/time.h"
#include "net/answer_error.h"
#include "net/content_range.h"
#include "net/hosts.h"
#include "net/redirect.h"
#include "net/retry.h"

namespace pipit::net {
namespace {

constexpr std::uint64_t kMaxDiscarded = 64 * 1024;  // content worth reading to keep a connection

class RequestRun : public std::enable_shared_from_this<RequestRun> {
 public:
  RequestRun(ClientState& shared, PendingRequest pending)
      : client_(shared), pending_(std::move(pending)), url_(pending_.exchange.url) {}
  void begin();

 private:
  enum class Plan { pass_on, go_elsewhere, try_again };
  void exchange();
  std::vector<Header> headers();
  Flow on_head(const ResponseHead& head);
  Flow on_data(std::span<const std::uint8_t> bytes);
  void on_end(Result<void> end);
  Plan plan_for(const ResponseHead& head) const;
  Flow pass_head();
  Answerer answerer() const;
  void follow_redirect();
  base::MeterFacts meter_facts(base::MeterFacts::Kind kind, int attempt) const;
  void wait_and_retry(const std::string& failure);
  void resume(int wait);
  bool may_try_again() const { return tries_ <= client_.options.retries && !stopping(); }
  bool stopping() const { return client_.closing.load() || pending_.stop.stop_requested(); }
  void finish(Result<void> end);

  ClientState& client_;
  PendingRequest pending_;
  base::Url url_;
  Plan plan_ = Plan::pass_on;
  ResponseHead head_;
  bool has_head_ = false, passed_ = false, sink_stopped_ = false, delivered_ = false;
  Login login_ = Login::none;
  std::uint64_t received_ = 0, expected_ = 0;
  int tries_ = 0, redirects_ = 0;
  std::optional<base::Span> span_;
  std::optional<base::Meter> meter_;  // of the exchange, or of the pause after it
  std::atomic<int> waits_ = 0;  // grows when a pause begins and when it ends
  std::optional<std::stop_callback<std::function<void()>>> on_stop_;
};

std::string span_name(const Exchange& exchange) {
  return cat("GET ", exchange.what.empty() ? base::redacted(exchange.url) : exchange.what);
}

/// Who is asked, for those who wait: no query, which may be long and secret.
base::Url bare_place(const base::Url& url) {
  base::Url place = base::without_secrets(url);
  place.query.clear();
  return place;
}

std::string shown_origin(const base::Url& url) {
  base::Url place = bare_place(url);
  place.path.clear();
  return base::to_string(place);
}

std::string_view after(std::string_view text, std::string_view place) {
  const bool there = text.starts_with(place) && text.substr(place.size()).starts_with(": ");
  return there ? text.substr(place.size() + 2) : text;
}

/// Who failed, and why. What was asked is left out: mostly many requests fail together.
std::string shown_failure(const Error& error, const base::Url& url, std::int64_t silence,
                          int timeout_seconds) {
  const std::int64_t seconds = silence / 1'000'000;
  if (timeout_seconds > 0 && seconds >= timeout_seconds)
    return cat("no answer from ", shown_origin(url), " for ", seconds, " s");
  const std::string_view message = error.message;
  return cat(shown_origin(url), ": ",
             after(after(message, message.substr(0, error.place_length)), url.host));
}

std::string shown_answer(const ResponseHead& head, const base::Url& url) {
  const std::string_view pause = find_header(head.headers, "retry-after");
  const std::string why =
      pause.empty() ? "" : cat(" (Retry-After: ", base::printable(pause.substr(0, 40)), ")");
  return cat(shown_origin(url), ": answered ", head.status, why);
}

void RequestRun::begin() {
  if (stopping()) return pending_.sink.on_done(fail_cancelled());
  const std::string& what = pending_.exchange.what;
  if (client_.options.offline) {
    std::string message =
        cat(what, what.empty() ? "" : ": ", "not cached, and --offline forbids fetching it from ",
            shown_place(url_, url_));
    Error error{Code::offline, std::move(message), {}};
    return pending_.sink.on_done(fail(std::move(error)));
  }
  if (!url_.is_http()) {
    return pending_.sink.on_done(fail(Code::unsupported, cat(base::redacted(url_),
                                                             ": only http and "
                                                             "https URLs can be fetched")));
  }
  exchange();
}

std::vector<Header> RequestRun::headers() {
  std::vector<Header> out = headers_for(pending_.exchange.headers, pending_.exchange.url, url_);
  if (find_header(out, "accept-encoding").empty()) out.push_back({"accept-encoding", "identity"});
  if (find_header(out, "authorization").empty()) {
    const std::string user = client_.credentials.userinfo(url_);
    login_ = user.empty()         ? Login::none
             : user.contains(':') ? Login::with_password
                                  : Login::user_alone;
    if (!user.empty()) out.push_back({"authorization", basic_authorization(user)});
  }
  return out;
}

void RequestRun::exchange() {
  if (url_.scheme == "http" && !is_loopback_host(url_.host) &&
      !is_trusted_host(client_.options.trusted_hosts, url_)) {
    client_.events.warn(cat(url_.host, ": contacted over plain http; use https, or --trusted-host ",
                            url_.host, " to silence this"));
  }
  ++tries_;
  plan_ = Plan::pass_on;
  has_head_ = passed_ = delivered_ = false;
  received_ = expected_ = 0;
  meter_.emplace(client_.events, meter_facts(base::MeterFacts::Kind::request, tries_));
  Request request{base::without_secrets(url_), pending_.exchange.kind, headers(),
                  pending_.exchange.priority};
  Sink sink;
  sink.on_head = [self = shared_from_this()](const ResponseHead& head) {
    return self->on_head(head);
  };
  sink.on_data = [self = shared_from_this()](std::span<const std::uint8_t> bytes) {
    return self->on_data(bytes);
  };
  sink.on_done = [self = shared_from_this()](Result<void> end) { self->on_end(std::move(end)); };
  sink.on_start = [self = shared_from_this()] {
    self->span_.emplace(self->client_.events, lane_of(self->pending_.exchange.kind),
                        span_name(self->pending_.exchange));
    self->meter_->hear();
    if (self->pending_.sink.on_start) self->pending_.sink.on_start();
  };
  client_.requests.fetch_add(1, std::memory_order_relaxed);
  client_.first.fire();
  client_.transport.start(std::move(request), std::move(sink), pending_.stop);
}

/// A redirect without Location is passed on as it is: the caller reports its status.
RequestRun::Plan RequestRun::plan_for(const ResponseHead& head) const {
  if (is_redirect(head.status) && !find_header(head.headers, "location").empty()) {
    return Plan::go_elsewhere;
  }
  // A server that cannot serve ranges may say 500: its caller asks for the whole at once.
  const bool is_ranged = !find_header(pending_.exchange.headers, "range").empty();
  if (is_ranged && may_be_about_range(head.status, head.headers)) return Plan::pass_on;
  if (is_retryable_status(head.status) && may_try_again()) return Plan::try_again;
  return Plan::pass_on;
}

Flow RequestRun::on_head(const ResponseHead& head) {
  head_ = head;
  has_head_ = true;
  if (span_) span_->set_outcome(cat(head.status));
  plan_ = plan_for(head);
  expected_ = base::parse_uint(find_header(head.headers, "content-length")).value_or(0);
  meter_->set_total(expected_);
  meter_->hear();
  if (plan_ == Plan::pass_on) return Flow::go_on;
  return expected_ > kMaxDiscarded ? Flow::stop : Flow::go_on;
}

Flow RequestRun::pass_head() {
  passed_ = true;
  head_.from = answerer();
  if (head_.status < 400) client_.answered.add(url_);
  if (head_.status == 401 || head_.status == 403)
    if (const std::string fault = client_.credentials.take_netrc_fault(); !fault.empty())
      client_.events.warn(fault);
  if (pending_.on_url) pending_.on_url(url_);
  const Flow flow = pending_.sink.on_head ? pending_.sink.on_head(head_) : Flow::go_on;
  sink_stopped_ = flow == Flow::stop;
  return flow;
}

Answerer RequestRun::answerer() const {
  return {pending_.exchange.what, shown_place(pending_.exchange.url, url_), login_, tries_};
}

/// The content of a redirect or of a response that is retried is read to its end if it is short, as
/// that keeps the connection; a long one is cut off.
Flow RequestRun::on_data(std::span<const std::uint8_t> bytes) {
  client_.bytes.fetch_add(bytes.size(), std::memory_order_relaxed);
  received_ += bytes.size();
  if (span_) span_->add_bytes(bytes.size());
  meter_->set_done(received_);
  meter_->hear();
  if (plan_ != Plan::pass_on) return received_ > kMaxDiscarded ? Flow::stop : Flow::go_on;
  if (!passed_ && pass_head() == Flow::stop) return Flow::stop;
  delivered_ = true;
  meter_->set_busy(true);
  const Flow flow = pending_.sink.on_data ? pending_.sink.on_data(bytes) : Flow::go_on;
  meter_->set_busy(false);
  meter_->hear();
  sink_stopped_ = flow == Flow::stop;
  return flow;
}

/// A broken exchange may be tried again only if the sink has not seen its head, or says that it can
/// take a second one (may_restart).
void RequestRun::on_end(Result<void> end) {
  if (!end && span_) span_->set_outcome(cat("error: ", end.error().message));
  if (end && has_head_ && plan_ == Plan::pass_on && !passed_) pass_head();
  span_.reset();
  const std::int64_t silence =
      base::now_us() - (meter_->heard() ? meter_->heard() : meter_->began());
  meter_.reset();
  const bool stopped = stopping();
  if (end && plan_ == Plan::go_elsewhere && !stopped) return follow_redirect();
  if (end && plan_ == Plan::try_again && !stopped) return wait_and_retry(shown_answer(head_, url_));
  if (end && plan_ == Plan::pass_on) return finish({});
  if (stopped) return finish(fail_cancelled());
  const bool untouched = !passed_ || pending_.may_restart;
  if (is_retryable_error(end.error()) && untouched && may_try_again()) {
    head_ = {};
    return wait_and_retry(
        shown_failure(end.error(), url_, silence, client_.options.timeout_seconds));
  }
  finish(std::move(end));
}

void RequestRun::follow_redirect() {
  if (++redirects_ > kMaxRedirects) {
    return finish(fail(Code::network, cat("more than ", kMaxRedirects, " redirects")));
  }
  Result<base::Url> next =
      follow(url_, find_header(head_.headers, "location"), client_.options.trusted_hosts);
  if (!next) return finish(fail(std::move(next.error())));
  url_ = std::move(*next);
  --tries_;  // a redirect is not a failed try
  exchange();
}

base::MeterFacts RequestRun::meter_facts(base::MeterFacts::Kind kind, int attempt) const {
  base::MeterFacts facts;
  facts.kind = kind;
  facts.what = pending_.exchange.what;
  facts.place = base::to_string(bare_place(url_));
  facts.attempt = attempt;
  facts.attempts = client_.options.retries + 1;
  facts.is_file = pending_.exchange.kind == Kind::file;
  return facts;
}

/// The timer or a stop ends the pause, whichever comes first; both run on the timer's thread.
void RequestRun::wait_and_retry(const std::string& failure) {
  std::int64_t delay = backoff_us(tries_, base::random_word());
  const auto asked = retry_after_us(find_header(head_.headers, "retry-after"), base::now_seconds());
  if (asked) delay = *asked;
  base::MeterFacts facts = meter_facts(base::MeterFacts::Kind::pause, tries_ + 1);
  facts.until = base::now_us() + delay;
  client_.events.warn(
      retry_text(failure, asked.value_or(0), tries_ + 1, client_.options.retries + 1));
  meter_.emplace(client_.events, std::move(facts));
  const int wait = ++waits_;
  std::shared_ptr<RequestRun> self = shared_from_this();
  client_.timer.post(delay, [self, wait] { self->resume(wait); });
  if (!pending_.stop.stop_possible()) return;
  on_stop_.emplace(pending_.stop, [weak = weak_from_this(), &timer = client_.timer, wait] {
    timer.post_elsewhere([weak, wait] {
      if (const std::shared_ptr<RequestRun> pursuit = weak.lock()) pursuit->resume(wait);
    });
  });
}

/// The timer and the stop both call this; waits_ lets only the first one go on.
void RequestRun::resume(int wait) {
  if (!waits_.compare_exchange_strong(wait, wait + 1)) return;
  meter_.reset();
  if (stopping()) return finish(fail_cancelled());
  exchange();
}

void RequestRun::finish(Result<void> end) {
  const bool is_ours =
      !end && (end.error().code == Code::network || end.error().code == Code::tls ||
               end.error().code == Code::http_status);
  if (is_ours) {
    const bool is_mute = end.error().message == "connection closed before an answer came" ||
                         end.error().message == "connection reset";
    if (is_mute && url_.scheme == "http") end.error().with_hint(kMayBeHttps);
    end = fail(exchange_error(std::move(end.error()), answerer()));
    if (tries_ > 1) end.error().message += cat(" (tried ", tries_, " times)");
  }
  pending_.sink.on_done(std::move(end));
}

}  // namespace

void OriginSet::add(const base::Url& url) {
  base::Lock lock(mu_);
  urls_.try_emplace(base::origin(url), url);
}

std::vector<base::Url> OriginSet::all() const {
  base::Lock lock(mu_);
  std::vector<base::Url> out;
  for (const auto& [origin, url] : urls_) out.push_back(url);
  return out;
}

void Once::arm(std::function<void()> fn) {
  {
    base::Lock lock(mu_);
    if (!fired_) {
      fn_ = std::move(fn);
      return;
    }
  }
  fn();
}

void Once::fire() {
  std::function<void()> fn;
  {
    base::Lock lock(mu_);
    if (std::exchange(fired_, true)) return;
    fn = std::move(fn_);
  }
  if (fn) fn();
}

void start_request(ClientState& shared, PendingRequest pending) {
  std::make_shared<RequestRun>(shared, std::move(pending))->begin();
}

base::Lane lane_of(Kind kind) {
  if (kind == Kind::page) return base::Lane::page;
  return kind == Kind::metadata ? base::Lane::metadata : base::Lane::fetch;
}

}  // namespace pipit::net
