#include "net/client.h"

#include <doctest/doctest.h>

#include <atomic>

#include "tests/net/fake_transport.h"
#include "tests/net/gzipped.h"

namespace {

using namespace pipit;
using net::Reply;
using net::Request;

class Warnings : public base::NoEvents {
 public:
  void warn(std::string_view message) override {
    base::Lock lock(mu_);
    warnings += cat(message, "\n");
  }
  void finished(const base::SpanRecord& span) override {
    base::Lock lock(mu_);
    spans +=
        cat(base::lane_name(span.lane), " ", span.name, " ", span.outcome, " ", span.bytes, "\n");
  }
  std::string warnings, spans;

 private:
  base::Mutex mu_;
};

struct Set {
  explicit Set(net::FakeTransport::Answer answer, net::Options options = {})
      : client(quick(std::move(options)), pool, events,
               std::make_unique<net::FakeTransport>(log, std::move(answer))) {}
  static net::Options quick(net::Options options) {
    options.read_netrc = false;
    return options;
  }
  static net::Exchange exchange(std::string_view url, net::Kind kind = net::Kind::page) {
    Result<base::Url> parsed = base::parse_url(url);
    REQUIRE(parsed);
    net::Exchange exchange;
    exchange.url = *parsed;
    exchange.kind = kind;
    exchange.what = "page x";
    return exchange;
  }
  Result<net::Response> get(std::string_view url, std::uint64_t max_body = 1 << 20) {
    return client.fetch_now(exchange(url), max_body, {});
  }
  std::vector<Request> log;
  Warnings events;
  sched::Pool pool{sched::LaneLimits{}};
  net::Client client;
};

std::string header_of(const Request& request, std::string_view name) {
  return std::string(net::find_header(request.headers, name));
}

}  // namespace

TEST_CASE("client: an answer comes with its status, headers, body and place") {
  Set set([](const Request&) { return Reply{200, {{"etag", "x"}}, "hello", {}}; });
  const Result<net::Response> response = set.get("https://a/p/");
  REQUIRE(response);
  CHECK_EQ(response->status, 200);
  CHECK_EQ(response->body, "hello");
  CHECK_EQ(base::to_string(response->url), "https://a/p/");
  CHECK_EQ(net::find_header(response->headers, "etag"), "x");
  CHECK_EQ(set.client.traffic().requests, 1);
  CHECK_EQ(set.client.traffic().bytes, 5);
  CHECK_EQ(set.events.spans, "page GET page x 200 5\n");
}

TEST_CASE("client: redirects are followed, and secrets stay behind") {
  Set set([](const Request& request) {
    if (request.url.path == "/1") return Reply{302, {{"location", "/2"}}, "moved", {}};
    if (request.url.path == "/2") return Reply{301, {{"location", "https://b/3"}}, "", {}};
    return Reply{200, {}, "there", {}};
  });
  net::Exchange exchange = Set::exchange("https://u:p@a/1");
  exchange.headers = {{"cookie", "secret"}, {"accept", "text/html"}};
  const Result<net::Response> response = set.client.fetch_now(exchange, 1000, {});
  REQUIRE(response);
  CHECK_EQ(response->body, "there");
  CHECK_EQ(base::to_string(response->url), "https://b/3");
  REQUIRE_EQ(net::requests_of(set.log), "https://a/1 https://a/2 https://b/3");
  CHECK_EQ(header_of(set.log[0], "authorization"), "Basic dTpw");
  CHECK_EQ(header_of(set.log[1], "authorization"), "Basic dTpw");
  CHECK_EQ(header_of(set.log[1], "cookie"), "secret");
  CHECK_EQ(header_of(set.log[2], "authorization"), "");
  CHECK_EQ(header_of(set.log[2], "cookie"), "");
  CHECK_EQ(header_of(set.log[2], "accept"), "text/html");
}

TEST_CASE("client: redirects end: in a loop, at plain http") {
  Set loop([](const Request&) { return Reply{302, {{"location", "/again"}}, "", {}}; });
  const Result<net::Response> looped = loop.get("https://a/1");
  REQUIRE_FALSE(looped);
  CHECK_EQ(looped.error().message,
           "page x: https://a/again (redirected from https://a/1): more than 20 redirects");
  CHECK_EQ(loop.log.size(), 21);
  Set plain([](const Request&) { return Reply{302, {{"location", "http://b/"}}, "", {}}; });
  const Result<net::Response> refused = plain.get("https://a/1");
  REQUIRE_FALSE(refused);
  CHECK_EQ(refused.error().message,
           "page x: https://a/1: redirects from https to http (http://b/), which is not followed");
  CHECK_EQ(plain.log.size(), 1);
}

TEST_CASE("client: what may pass is tried again, as often as allowed") {
  std::atomic<int> count = 0;
  Set set([&](const Request&) {
    if (++count == 1) return net::refused();
    if (count == 2) return Reply{503, {{"retry-after", "0"}}, "busy", {}};
    if (count == 3) return Reply{200, {}, "half", fail(Code::network, "a: connection reset")};
    return Reply{200, {}, "whole", {}};
  });
  const Result<net::Response> response = set.get("https://a/");
  REQUIRE(response);
  CHECK_EQ(response->body, "whole");
  CHECK_EQ(count, 4);
}

TEST_CASE("client: retries used up: the last answer, or the last error with the number of tries") {
  net::Options once;
  once.retries = 1;
  Set busy([](const Request&) { return Reply{503, {{"retry-after", "0"}}, "busy", {}}; }, once);
  const Result<net::Response> response = busy.get("https://a/");
  REQUIRE(response);
  CHECK_EQ(response->status, 503);
  CHECK_EQ(response->body, "busy");
  CHECK_EQ(busy.log.size(), 2);
  Set dead([](const Request&) { return net::refused(); }, once);
  const Result<net::Response> failed = dead.get("https://a/");
  REQUIRE_FALSE(failed);
  CHECK_EQ(failed.error().message,
           "page x: https://a/: cannot connect to a: connection refused (tried 2 times)");
}

TEST_CASE("client: a wrong certificate is not tried again") {
  Set set(
      [](const Request&) { return Reply{0, {}, "", fail(Code::tls, "certificate of a is bad")}; });
  const Result<net::Response> response = set.get("https://a/");
  REQUIRE_FALSE(response);
  CHECK(response.error().code == Code::tls);
  CHECK_EQ(set.log.size(), 1);
}

TEST_CASE("client: a stream that has begun is not begun again") {
  Set set([](const Request&) {
    return Reply{200, {}, "half", fail(Code::network, "a: connection reset")};
  });
  std::string body, error;
  int heads = 0;
  net::Sink sink;
  sink.on_head = [&](const net::ResponseHead&) { return ++heads, net::Flow::go_on; };
  sink.on_data = [&](std::span<const std::uint8_t> bytes) {
    body.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    return net::Flow::go_on;
  };
  sink.on_done = [&](Result<void> end) { error = end ? "" : end.error().message; };
  set.client.start(Set::exchange("https://a/f", net::Kind::file), sink, {});
  CHECK_EQ(heads, 1);
  CHECK_EQ(body, "half");
  CHECK_EQ(error, "page x: https://a/f: a: connection reset");
  CHECK_EQ(set.log.size(), 1);
}

TEST_CASE("client: gzip is asked for pages, undone, and bounded; never for ranges and files") {
  const std::string text(100'000, 'x');
  Set set(
      [&](const Request&) { return Reply{200, {{"content-encoding", "gzip"}}, net::gzipped(text), {}}; });
  const Result<net::Response> page = set.get("https://a/");
  REQUIRE(page);
  CHECK(page->body == text);
  CHECK_EQ(header_of(set.log[0], "accept-encoding"), "gzip");
  const Result<net::Response> large = set.get("https://a/", 99'999);
  REQUIRE_FALSE(large);
  CHECK_EQ(large.error().message, "page x: https://a/: the answer is too large");
  net::Exchange range = Set::exchange("https://a/", net::Kind::metadata);
  range.headers = {{"range", "bytes=-100"}};
  set.client.fetch_now(range, 1 << 20, {});
  CHECK_EQ(header_of(set.log.back(), "accept-encoding"), "identity");
  set.client.start(Set::exchange("https://a/", net::Kind::metadata),
                   {{}, {}, [](Result<void>) {}, {}}, {});
  CHECK_EQ(header_of(set.log.back(), "accept-encoding"), "identity");
}

TEST_CASE("client: broken encodings and oversized answers are errors") {
  Set cut([](const Request&) {
    const std::string whole = net::gzipped("hello hello hello");
    return Reply{200, {{"content-encoding", "gzip"}}, whole.substr(0, whole.size() - 9), {}};
  });
  CHECK_EQ(cut.get("https://a/").error().message,
           "page x: https://a/: the answer's gzip encoding ends too early");
  Set noise([](const Request&) {
    return Reply{200, {{"content-encoding", "gzip"}}, "no gzip here", {}};
  });
  CHECK_EQ(noise.get("https://a/").error().message,
           "page x: https://a/: the answer's gzip encoding is broken");
  Set brotli([](const Request&) { return Reply{200, {{"content-encoding", "br"}}, "x", {}}; });
  CHECK_EQ(brotli.get("https://a/").error().message,
           "page x: https://a/: the answer is encoded as br, which was not asked for");
  Set large([](const Request&) { return Reply{200, {{"content-length", "2000000"}}, "x", {}}; });
  CHECK_EQ(large.get("https://a/").error().message,
           "page x: https://a/: the answer is too large (2.0 MB)");
}

TEST_CASE("client: offline opens nothing") {
  net::Options offline;
  offline.offline = true;
  Set set([](const Request&) { return Reply{}; }, offline);
  const Result<net::Response> response = set.get("https://u:secret@a/");
  REQUIRE_FALSE(response);
  CHECK(response.error().code == Code::offline);
  CHECK_EQ(response.error().message.find("secret"), std::string::npos);
  CHECK(set.log.empty());
}

TEST_CASE("client: plain http is warned about, but not to this machine or a trusted host") {
  net::Options options;
  options.trusted_hosts = {"t"};
  Set set([](const Request&) { return Reply{}; }, options);
  set.get("http://127.0.0.1/");
  set.get("http://localhost:8080/");
  set.get("http://t/");
  CHECK_EQ(set.events.warnings, "");
  set.get("http://a/");
  CHECK_NE(set.events.warnings.find("a: contacted over plain http"), std::string::npos);
}

TEST_CASE("client: credentials of an index serve its whole origin, and only it") {
  Set set([](const Request&) { return Reply{}; });
  set.client.add_credentials(Set::exchange("https://u:p@a/simple/").url);
  set.get("https://a/files/x");
  set.get("https://b/files/x");
  CHECK_EQ(header_of(set.log[0], "authorization"), "Basic dTpw");
  CHECK_EQ(header_of(set.log[1], "authorization"), "");
  CHECK_EQ(set.log[0].url.userinfo, "");
}

TEST_CASE("client: what an origin can do is remembered") {
  Set set([](const Request&) { return Reply{}; });
  const base::Url a = Set::exchange("https://a/x").url, b = Set::exchange("https://a:444/x").url;
  CHECK(set.client.ranges(a) == net::Ranges::unknown);
  set.client.learn_ranges(a, net::Ranges::no);
  CHECK(set.client.ranges(a) == net::Ranges::no);
  CHECK(set.client.ranges(b) == net::Ranges::unknown);
}

TEST_CASE("client: a stop ends a pause between tries; so does the client's end") {
  std::stop_source stop;
  std::atomic<int> ended = 0, cancelled = 0;
  auto done = [&](Result<void> end) {
    if (!end && end.error().code == Code::cancelled) ++cancelled;
    ++ended;
  };
  auto set = std::make_unique<Set>(
      [](const Request&) { return Reply{503, {{"retry-after", "60"}}, "", {}}; });
  set->client.start(Set::exchange("https://a/"), {{}, {}, done, {}}, stop.get_token());
  set->client.start(Set::exchange("https://b/"), {{}, {}, done, {}}, {});
  CHECK_EQ(ended, 0);
  stop.request_stop();
  for (int i = 0; i < 2000 && ended == 0; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  CHECK_EQ(cancelled, 1);
  set.reset();
  CHECK_EQ(cancelled, 2);
  CHECK_EQ(ended, 2);
}

TEST_CASE("client: completions run in the pool") {
  Set set([](const Request&) { return Reply{200, {}, "x", {}}; });
  std::atomic<bool> came = false;
  std::atomic<std::thread::id> where;
  set.client.fetch(Set::exchange("https://a/"), 100, {}, [&](Result<net::Response> response) {
    where = std::this_thread::get_id();
    came = response.has_value();
  });
  for (int i = 0; i < 2000 && !came; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(2));
  CHECK(came);
  const bool elsewhere = where.load() != std::this_thread::get_id();
  CHECK(elsewhere);
}

TEST_CASE("client: after its end every request is cancelled at once, and none goes out") {
  Set set([](const Request&) { return Reply{}; });
  set.client.shutdown();
  set.client.shutdown();
  const Result<net::Response> response = set.get("https://a/");
  REQUIRE_FALSE(response);
  CHECK(response.error().code == Code::cancelled);
  CHECK(set.log.empty());
}
