#include "net/get_cached.h"
#include "base/file.h"
#include "base/file_tree.h"
#include "base/path.h"
#include "base/temp_dir.h"

#include <doctest/doctest.h>

#include <atomic>
#include <thread>

#include "tests/net/fake_transport.h"

namespace {

using namespace pipit;
using net::CachedAnswer;
using net::CacheOutcome;
using net::Refresh;
using net::Reply;
using net::Request;

class CountedWarnings : public base::NoEvents {
 public:
  void warn(std::string_view) override { ++count; }
  std::atomic<int> count = 0;
};

/// Makes of a long content what Visits' encode() makes of any.
struct Stream final : net::StreamEncoder {
  void feed(std::string_view bytes) override { text += bytes; }
  Result<std::string> finish(const net::Response& response) override {
    CHECK_EQ(response.length, text.size());
    if (text.starts_with("bad")) return fail(Code::bad_index, "page x: no index page");
    return "<" + text + ">";
  }
  std::string text;
};

/// One cache directory; every visit is a run of its own.
class Visits {
 public:
  Visits() { REQUIRE(dir); }
  Result<CachedAnswer> visit(net::FakeTransport::Answer answer, Refresh refresh = Refresh::normal,
                             bool offline = false) {
    log.clear();
    net::Options options;
    options.retries = 0;
    options.read_netrc = false;
    options.offline = offline;
    sched::Pool pool{sched::LaneLimits{}};
    net::Client client(options, pool, events,
                       std::make_unique<net::FakeTransport>(log, std::move(answer)));
    cache::Store store({dir->path(), ""}, events);
    net::CachedRequest request;
    request.exchange.url = *base::parse_url("https://u:secret@a/simple/x/");
    request.exchange.what = "page x";
    request.key = "x";
    request.refresh = refresh;
    request.encode = [this](const net::Response& response) -> Result<std::string> {
      ++encoded;
      if (response.body == "bad") return fail(Code::bad_index, "page x: no index page");
      return "<" + response.body + ">";
    };
    if (streams)
      request.stream = [this](const net::Response&) {
        ++streamed;
        return std::make_unique<Stream>();
      };
    request.usable = [this](std::string_view) { return usable; };
    std::optional<Result<CachedAnswer>> result;
    std::atomic<bool> came = false;
    net::get_cached(client, store, std::move(request), {}, [&](Result<CachedAnswer> got) {
      result = std::move(got);
      came = true;
    });
    while (!came) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return *result;
  }
  std::string header(std::string_view name) {
    REQUIRE_EQ(log.size(), 1);
    return std::string(net::find_header(log[0].headers, name));
  }
  Result<base::TempDir> dir = base::TempDir::create("/tmp", "get-cached-");
  CountedWarnings events;
  std::vector<Request> log;
  std::atomic<int> encoded = 0, streamed = 0;
  bool streams = false;
  bool usable = true;
};

net::FakeTransport::Answer page(std::string body, std::vector<net::Header> headers) {
  return [=](const Request&) { return Reply{200, headers, body, {}}; };
}
Reply never(const Request&) {
  FAIL_CHECK("nothing should be asked");
  return {};
}

}  // namespace

TEST_CASE("cached: within max-age nothing is asked, and the encoded form is what is kept") {
  Visits visits;
  const auto first = visits.visit(page("body", {{"cache-control", "max-age=600"}}));
  REQUIRE(first);
  CHECK_EQ(first->content.text, "<body>");
  CHECK(first->outcome == CacheOutcome::fetched);
  const auto second = visits.visit(never);
  REQUIRE(second);
  CHECK_EQ(second->content.text, "<body>");
  CHECK(second->outcome == CacheOutcome::fresh_cache);
  CHECK_EQ(base::to_string(second->url), "https://a/simple/x/");
  CHECK_EQ(visits.encoded, 1);
}

TEST_CASE(
    "cached: revalidated with both validators; 304 keeps the parsed form and renews its time") {
  Visits visits;
  visits.visit(
      page("body", {{"etag", "\"1\""}, {"last-modified", "Sun, 06 Nov 1994 08:49:37 GMT"}}));
  const auto again = visits.visit(
      [](const Request&) { return Reply{304, {{"cache-control", "max-age=600"}}, "", {}}; });
  REQUIRE(again);
  CHECK_EQ(visits.header("if-none-match"), "\"1\"");
  CHECK_EQ(visits.header("if-modified-since"), "Sun, 06 Nov 1994 08:49:37 GMT");
  CHECK(again->outcome == CacheOutcome::revalidated);
  CHECK_EQ(again->content.text, "<body>");
  CHECK_EQ(visits.encoded, 1);
  CHECK(visits.visit(never)->outcome == CacheOutcome::fresh_cache);
}

TEST_CASE(
    "cached: without validators an equal body keeps the parsed form, another one replaces it") {
  Visits visits;
  visits.visit(page("body", {}));
  const auto equal = visits.visit(page("body", {}));
  REQUIRE(equal);
  CHECK(equal->outcome == CacheOutcome::unchanged);
  CHECK_EQ(visits.encoded, 1);
  const auto other = visits.visit(page("other", {}));
  REQUIRE(other);
  CHECK(other->outcome == CacheOutcome::fetched);
  CHECK_EQ(other->content.text, "<other>");
}

TEST_CASE("cached: a long body is encoded while it arrives, and is known again") {
  const std::string body(net::kMaxCollected + 10, 'x');
  Visits visits;
  visits.streams = true;
  const auto first = visits.visit(page(body, {}));
  REQUIRE(first);
  CHECK(first->content.text == "<" + body + ">");
  CHECK_EQ(visits.encoded, 0);
  const auto again = visits.visit(page(body, {}));
  REQUIRE(again);
  CHECK(again->outcome == CacheOutcome::unchanged);
  CHECK_EQ(visits.streamed, 2);
  visits.streams = false;  // read whole, it is the same body
  CHECK(visits.visit(page(body, {}))->outcome == CacheOutcome::unchanged);
  CHECK_EQ(visits.encoded, 0);
  visits.streams = true;
  CHECK_EQ(visits.visit(page("short", {}))->content.text, "<short>");
  CHECK_EQ(visits.visit(page("bad" + body, {})).error().message, "page x: no index page");
  CHECK_EQ(visits.encoded, 1);
}

TEST_CASE("cached: --upgrade asks within max-age too, --refresh does not even send validators") {
  Visits visits;
  visits.visit(page("body", {{"cache-control", "max-age=600"}, {"etag", "\"1\""}}));
  const auto revalidated =
      visits.visit([](const Request&) { return Reply{304, {}, "", {}}; }, Refresh::revalidate);
  REQUIRE(revalidated);
  CHECK(revalidated->outcome == CacheOutcome::revalidated);
  const auto reloaded = visits.visit(page("body", {{"etag", "\"1\""}}), Refresh::reload);
  REQUIRE(reloaded);
  CHECK_EQ(visits.header("if-none-match"), "");
  CHECK_EQ(visits.header("cache-control"), "no-cache");
  CHECK(reloaded->outcome == CacheOutcome::fetched);
}

TEST_CASE("cached: what does not exist is not found, and what was stored of it goes") {
  Visits visits;
  visits.visit(page("body", {{"etag", "\"1\""}}));
  const auto gone = visits.visit([](const Request&) { return Reply{404, {}, "", {}}; });
  REQUIRE(gone);
  CHECK_FALSE(gone->found);
  const auto offline = visits.visit(never, Refresh::normal, true);
  REQUIRE_FALSE(offline);
  CHECK(offline.error().code == Code::offline);
}

TEST_CASE("cached: a server in trouble is replaced by what is stored, with one warning") {
  Visits visits;
  visits.visit(page("body", {{"etag", "\"1\""}}));
  const auto broken = visits.visit([](const Request&) { return Reply{503, {}, "", {}}; });
  REQUIRE(broken);
  CHECK_EQ(broken->content.text, "<body>");
  CHECK_EQ(visits.events.count, 1);
  const auto dead = visits.visit([](const Request&) { return net::refused(); });
  REQUIRE(dead);
  CHECK_EQ(dead->content.text, "<body>");
  CHECK_EQ(visits.events.count, 2);
}

TEST_CASE(
    "cached: errors are errors when nothing is stored, and for certificates and refusals always") {
  Visits visits;
  const auto dead = visits.visit([](const Request&) { return net::refused(); });
  REQUIRE_FALSE(dead);
  CHECK_EQ(dead.error().message,
           "page x: https://a/simple/x/: cannot connect to a: connection refused");
  visits.visit(page("body", {{"etag", "\"1\""}}));
  const auto forbidden = visits.visit([](const Request&) { return Reply{403, {}, "", {}}; });
  REQUIRE_FALSE(forbidden);
  CHECK(forbidden.error().code == Code::http_status);
  CHECK_EQ(
      forbidden.error().message,
      "page x: https://a/simple/x/ answered 403 (forbidden): the user and password given do not "
      "suffice");
  const auto untrusted = visits.visit([](const Request&) {
    return Reply{0, {}, "", fail(Code::tls, "certificate of a is not trusted")};
  });
  REQUIRE_FALSE(untrusted);
  CHECK(untrusted.error().code == Code::tls);
}

TEST_CASE("cached: offline takes whatever is stored") {
  Visits visits;
  visits.visit(page("body", {{"cache-control", "no-cache"}}));
  const auto stored = visits.visit(never, Refresh::reload, true);
  REQUIRE(stored);
  CHECK_EQ(stored->content.text, "<body>");
}

TEST_CASE("cached: no-store is not stored; what cannot be read back or encoded is not served") {
  Visits visits;
  visits.visit(page("body", {{"cache-control", "no-store"}}));
  CHECK_FALSE(visits.visit(never, Refresh::normal, true));
  visits.visit(page("body", {{"cache-control", "max-age=600"}}));
  visits.usable = false;
  CHECK(visits.visit(page("new", {}))->outcome == CacheOutcome::fetched);
  visits.usable = true;
  const auto bad = visits.visit(page("bad", {}));
  REQUIRE_FALSE(bad);
  CHECK(bad.error().code == Code::bad_index);
  CHECK_EQ(visits.visit(page("new", {}))->content.text, "<new>");
}

TEST_CASE("cached: no password reaches the disk") {
  Visits visits;
  visits.visit(page("body", {{"cache-control", "max-age=600"}}));
  const Result<std::vector<std::string>> files = base::list_tree(visits.dir->path());
  REQUIRE(files);
  REQUIRE_GT(files->size(), 0);
  for (const std::string& file : *files) {
    CHECK_EQ(file.find("secret"), std::string::npos);
    const Result<std::string> content =
        base::read_file(base::join_path(visits.dir->path(), file), 1 << 20);
    if (content) CHECK_EQ(content->find("secret"), std::string::npos);
  }
}
