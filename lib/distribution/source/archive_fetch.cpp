// The network's thread hashes and writes; the calling thread only waits. (A wheel needs more work
// per byte and gets a worker of its own, wheel/fetch.cpp.)
#include "distribution/source/archive_fetch.h"

#include <chrono>

#include "base/stop.h"
#include "base/text.h"
#include "base/time.h"
#include "net/answer_error.h"
#include "net/content_range.h"
#include "net/retry.h"
#include "net/stored_answer.h"

namespace pipit::distribution {
namespace {

constexpr std::chrono::milliseconds kFetchPause{100};

/// One exchange. The network's threads use its members until `end` is set.
struct ArchiveExchange {
  DistState& context;
  ArchiveSpool& spool;
  base::Span& span;
  base::Mutex mu;
  base::Condition changed;
  std::optional<Result<void>> end PIPIT_GUARDED_BY(mu);
  net::ResponseHead head;
  std::optional<Error> error;  // of what was received
  bool body_begun = false;

  net::Flow on_head(const net::ResponseHead& answer) {
    head = answer;
    if (answer.status == 200) return taken(spool.begin(answer));
    if (answer.status != 206 || spool.offset() == 0) return net::Flow::stop;
    auto range = net::parse_content_range(net::find_header(answer.headers, "content-range"));
    if (range && range->first == spool.offset()) return net::Flow::go_on;
    spool.distrust();
    error = Error{Code::network, "the server sent another piece than the one asked for"};
    return net::Flow::stop;
  }
  net::Flow on_data(std::span<const std::uint8_t> bytes) {
    body_begun = true;
    span.add_bytes(bytes.size());
    return taken(spool.feed({reinterpret_cast<const char*>(bytes.data()), bytes.size()}));
  }
  net::Flow taken(Result<void> result) {
    if (result) return net::Flow::go_on;
    error = std::move(result.error());
    return net::Flow::stop;
  }
  void on_done(Result<void> result) {
    base::Lock lock(mu);
    end = std::move(result);
    changed.notify_all();
  }
};

net::Exchange exchange_for(const ArchiveRequest& request, const ArchiveSpool& spool) {
  net::Exchange exchange;
  exchange.url = request.url;
  exchange.kind = net::Kind::file;
  exchange.priority = request.priority;
  const bool is_wheel = request.spec.name.ends_with(".whl");
  exchange.what = cat(is_wheel ? "wheel " : "sdist ", request.spec.name);
  exchange.headers.push_back({"accept-encoding", "identity"});
  if (request.reload) exchange.headers.push_back({"cache-control", "no-cache"});
  if (spool.offset() != 0) {
    exchange.headers.push_back({"range", cat("bytes=", spool.offset(), "-")});
    exchange.headers.push_back({"if-range", spool.range_validator()});
    return exchange;
  }
  if (request.known && !request.reload) net::add_conditions(exchange.headers, *request.known);
  return exchange;
}

/// Runs one exchange to its end. The exchange's own error takes precedence.
Result<net::ResponseHead> run_exchange(DistState& context, const ArchiveRequest& request,
                                       ArchiveSpool& spool, base::Span& span, bool& body_begun,
                                       std::stop_token stop) {
  auto one = std::make_shared<ArchiveExchange>(context, spool, span);
  net::Sink sink;
  sink.on_head = [one](const net::ResponseHead& head) { return one->on_head(head); };
  sink.on_data = [one](std::span<const std::uint8_t> bytes) { return one->on_data(bytes); };
  sink.on_done = [one](Result<void> end) { one->on_done(std::move(end)); };
  context.client.start(exchange_for(request, spool), std::move(sink), stop);
  {
    // The client ends every exchange after a stop, so the wait needs no stop of its own; and the
    // spool must live as long as the network uses it.
    base::Lock lock(one->mu);
    one->changed.wait(one->mu, [&]() PIPIT_REQUIRES(one->mu) { return one->end.has_value(); });
    body_begun = body_begun || one->body_begun;
    if (one->error) return fail(std::move(*one->error));
    if (!*one->end) return fail(std::move(one->end->error()));
  }
  return std::move(one->head);
}

}  // namespace

Result<ArchiveAnswer> fetch_archive(DistState& context, ArchiveRequest request,
                                    std::unique_ptr<ArchiveSpool> begun, std::stop_token stop) {
  sched::Permit permit = context.downloads.acquire(stop);
  if (!permit) return fail_cancelled();
  std::unique_ptr<ArchiveSpool> spool = std::move(begun);
  if (spool && spool->range_validator().empty()) spool.reset();
  if (!spool) {
    PIPIT_TRY(spool, ArchiveSpool::create(context.store, request.spec));
  }
  base::Span span = context.events.span(base::Lane::fetch, cat("fetch ", request.spec.name));
  bool body_begun = false;
  for (int tries_left = context.client.options().retries;; --tries_left) {
    auto head = run_exchange(context, request, *spool, span, body_begun, stop);
    if (head && head->status == 304 && request.known) {
      span.set_outcome("304");
      return ArchiveAnswer{nullptr,
                           net::renewed(*request.known, head->headers, base::now_seconds())};
    }
    if (head && (head->status == 200 || head->status == 206)) {
      auto published = spool->publish();
      const std::string came = net::what_came(*head, spool->offset());
      if (!published && published.error().code == Code::hash_mismatch)
        published.error().message += cat(" (", came, ")");
      PIPIT_TRY(published);
      Archive archive = **published;
      archive.came = came;
      const net::Validators validators = archive.validators;
      return ArchiveAnswer{std::make_shared<const Archive>(std::move(archive)), validators};
    }
    Error error = head ? net::status_error(*head) : std::move(head.error());
    span.set_outcome(cat("error: ", error.message));
    const bool rest_refused =
        head && spool->offset() != 0 && net::may_be_about_range(head->status, head->headers);
    if (rest_refused) spool->distrust();
    const bool broken = error.code == Code::network && body_begun;
    const bool again = (broken || rest_refused) && tries_left > 0;
    if (!again) return fail(std::move(error));
    const int retries = context.client.options().retries;
    context.events.warn(net::resume_text(error,
                                         spool->range_validator().empty() ? 0 : spool->offset(),
                                         tries_left - 1, retries));
    if (!base::pause(kFetchPause, stop)) return fail_cancelled();
    if (spool->range_validator().empty()) {
      PIPIT_TRY(spool, ArchiveSpool::create(context.store, request.spec));
    }
  }
}

}  // namespace pipit::distribution
