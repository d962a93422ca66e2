#include "net/http1_transport.h"

#include <doctest/doctest.h>

#include <chrono>

#include "tests/net/loopback_server.h"

namespace {

using namespace pipit;
using namespace std::chrono_literals;
using net::Asked;
using net::Ends;
using net::Kind;
using net::LoopbackServer;
using sched::Priority;

net::Options options_of(std::size_t connections, int timeout = 10) {
  net::Options options;
  options.concurrent_downloads = connections;
  options.timeout_seconds = timeout;
  options.user_agent = "pipit/test";
  return options;
}

struct Stage {
  explicit Stage(std::size_t connections, LoopbackServer::Handler handler, int timeout = 10)
      : server(std::move(handler)),
        options(options_of(connections, timeout)),
        connector(options),
        transport(std::make_unique<net::Http1Transport>(options, connector)) {}
  sched::SharedPriorityPtr ask(std::size_t i, std::string_view path, Kind kind = Kind::page,
                               Priority at_first = Priority::speculative,
                               std::stop_token stop = {}) {
    net::Request request;
    request.url = server.url(path);
    request.kind = kind;
    request.priority = sched::make_priority(at_first);
    sched::SharedPriorityPtr priority = request.priority;
    transport->start(std::move(request), ends.sink(i), stop);
    return priority;
  }
  LoopbackServer server;
  net::Options options;
  net::Connector connector;
  Ends ends;
  std::unique_ptr<net::Http1Transport> transport;
};

bool answer_path(const Asked& asked, LoopbackServer::Peer& peer) {
  return peer.answer(asked.target);
}

/// A door that handlers wait at.
class Door {
 public:
  void open() {
    base::Lock lock(mu_);
    open_ = true;
    changed_.notify_all();
  }
  void pass() {
    base::Lock lock(mu_);
    changed_.wait_for(mu_, std::stop_token(), 20'000ms,
                      [this]() PIPIT_REQUIRES(mu_) { return open_; });
  }

 private:
  base::Mutex mu_;
  base::Condition changed_;
  bool open_ PIPIT_GUARDED_BY(mu_) = false;
};

template <class Predicate>
bool eventually(Predicate holds) {
  for (int i = 0; i < 2000; ++i) {
    if (holds()) return true;
    std::this_thread::sleep_for(5ms);
  }
  return false;
}

}  // namespace

TEST_CASE("transport: a kept connection carries one request after the other") {
  Stage stage(4, answer_path);
  for (std::size_t i = 0; i < 5; ++i) {
    stage.ask(i, cat("/", i));
    const Ends::One end = stage.ends.await(i);
    CHECK_EQ(end.error, "");
    CHECK_EQ(end.status, 200);
    CHECK_EQ(end.body, cat("/", i));
  }
  CHECK_EQ(stage.server.connections(), 1);
  CHECK_EQ(stage.connector.opened(), 1);
}

TEST_CASE("transport: never more connections than allowed") {
  Stage stage(3, answer_path);
  for (std::size_t i = 0; i < 60; ++i) stage.ask(i, cat("/", i));
  for (std::size_t i = 0; i < 60; ++i) CHECK_EQ(stage.ends.await(i).body, cat("/", i));
  CHECK_LE(stage.server.connections(), 3);
}

TEST_CASE("transport: the request names host and agent, and nothing of ours besides") {
  Stage stage(1, answer_path);
  stage.ask(0, "/x?y=1");
  CHECK_EQ(stage.ends.await(0).error, "");
  const Asked asked = stage.server.asked().at(0);
  CHECK_EQ(asked.target, "/x?y=1");
  CHECK_NE(asked.head.find(cat("Host: 127.0.0.1:", stage.server.url("/").port, "\r\n")),
           std::string::npos);
  CHECK_NE(asked.head.find("User-Agent: pipit/test\r\n"), std::string::npos);
  CHECK_EQ(asked.head.find("httplib"), std::string::npos);
}

TEST_CASE("transport: with one connection and forty guesses queued, a demand is next") {
  Door door;
  Stage stage(1, [&](const Asked& asked, LoopbackServer::Peer& peer) {
    if (asked.target == "/first") door.pass();
    return peer.answer("x");
  });
  stage.ask(0, "/first");
  CHECK(eventually([&] { return stage.server.targets() == "/first"; }));
  std::vector<sched::SharedPriorityPtr> guesses;
  for (std::size_t i = 1; i <= 40; ++i) guesses.push_back(stage.ask(i, cat("/guess", i)));
  stage.ask(41, "/demand", Kind::metadata, Priority::blocking);
  guesses[29]->raise(Priority::blocking);
  door.open();
  for (std::size_t i = 0; i <= 41; ++i) CHECK_EQ(stage.ends.await(i).error, "");
  const std::vector<Asked> asked = stage.server.asked();
  REQUIRE_EQ(asked.size(), 42);
  CHECK_EQ(asked[1].target, "/guess30");  // the older of the two that are demanded
  CHECK_EQ(asked[2].target, "/demand");
  CHECK_EQ(asked[3].target, "/guess1");
}

TEST_CASE("transport: twenty downloads never keep metadata waiting") {
  Door door;
  Stage stage(4, [&](const Asked& asked, LoopbackServer::Peer& peer) {
    if (asked.target.starts_with("/file")) door.pass();
    return peer.answer("x");
  });
  for (std::size_t i = 0; i < 20; ++i)
    stage.ask(i, cat("/file", i), Kind::file, Priority::blocking);
  CHECK(eventually([&] { return stage.server.asked().size() == 3; }));
  for (std::size_t i = 20; i < 30; ++i) {
    stage.ask(i, "/metadata", Kind::metadata);
    CHECK_EQ(stage.ends.await(i).body, "x");
  }
  door.open();
  for (std::size_t i = 0; i < 20; ++i) CHECK_EQ(stage.ends.await(i).error, "");
  CHECK_LE(stage.server.most_at_once(), 4);
}

TEST_CASE("transport: a dropped answer costs little and the connection is not used again") {
  std::atomic<std::size_t> sent = 0;
  Stage stage(1, [&](const Asked& asked, LoopbackServer::Peer& peer) {
    if (asked.target != "/big") return peer.answer("x");
    const std::string piece(16 * 1024, 'x');
    if (!peer.send("HTTP/1.1 200 OK\r\nContent-Length: 52428800\r\n\r\n")) return false;
    while (sent < 52428800 && peer.send(piece)) sent += piece.size();
    return false;
  });
  net::Request request;
  request.url = stage.server.url("/big");
  request.kind = Kind::metadata;
  net::Sink sink = stage.ends.sink(0);
  std::size_t seen = 0;
  sink.on_data = [&](std::span<const std::uint8_t> bytes) {
    seen += bytes.size();
    return seen < 20'000 ? net::Flow::go_on : net::Flow::stop;
  };
  stage.transport->start(std::move(request), std::move(sink), {});
  CHECK_EQ(stage.ends.await(0).error, "");
  stage.ask(1, "/next");
  CHECK_EQ(stage.ends.await(1).body, "x");
  CHECK_EQ(stage.server.connections(), 2);
  CHECK_LT(sent.load(), 1024 * 1024);
}

TEST_CASE("transport: a kept connection that turns out dead is replaced, once") {
  Stage stage(1, [&](const Asked& asked, LoopbackServer::Peer& peer) {
    if (asked.number > 0) return false;  // closed instead of answered
    return peer.answer(asked.target);
  });
  stage.ask(0, "/a");
  CHECK_EQ(stage.ends.await(0).body, "/a");
  stage.ask(1, "/b");
  CHECK_EQ(stage.ends.await(1).body, "/b");
  CHECK_EQ(stage.server.targets(), "/a /b /b");
  CHECK_EQ(stage.server.connections(), 2);
}

TEST_CASE("transport: a fresh connection that is closed without an answer is an error") {
  Stage stage(1, [&](const Asked&, LoopbackServer::Peer&) { return false; });
  stage.ask(0, "/a");
  const Ends::One end = stage.ends.await(0);
  CHECK(end.code == Code::network);
  CHECK_EQ(end.error, "connection closed before an answer came");
  CHECK_EQ(stage.server.targets(), "/a");
}

TEST_CASE("transport: answers of every framing, and short ones are errors") {
  struct Case {
    const char* path;
    const char* bytes;
    const char* body;
    const char* error;
  };
  const std::vector<Case> cases = {
      {"/chunked",
       "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n",
       "abcde", ""},
      {"/close", "HTTP/1.1 200 OK\r\n\r\nabc", "abc", ""},
      {"/old", "HTTP/1.0 200 OK\r\nContent-Length: 3\r\n\r\nabc", "abc", ""},
      {"/continue",
       "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nA: b\r\n\r\nHTTP/1.1 200 "
       "OK\r\nContent-Length: 1\r\n\r\nx",
       "x", ""},
      {"/empty", "HTTP/1.1 204 No Content\r\n\r\n", "", ""},
      {"/short", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc", "abc",
       "connection closed in the middle of the answer"},
      {"/cut", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc", "abc",
       "connection closed in the middle of the answer"},
      {"/nothttp", "SSH-2.0-OpenSSH\r\n\r\n", "",
       "malformed answer: it does not begin as HTTP/1.1 does"},
  };
  Stage stage(1, [&](const Asked& asked, LoopbackServer::Peer& peer) {
    for (const Case& one : cases) {
      if (asked.target == one.path) peer.send(one.bytes);
    }
    return false;
  });
  for (std::size_t i = 0; i < cases.size(); ++i) {
    CAPTURE(cases[i].path);
    stage.ask(i, cases[i].path);
    const Ends::One end = stage.ends.await(i);
    CHECK_EQ(end.error, cases[i].error);
    CHECK_EQ(end.body, cases[i].body);
  }
}

TEST_CASE("transport: header bombs and floods of informational answers end in an error") {
  Stage stage(1, [&](const Asked& asked, LoopbackServer::Peer& peer) {
    peer.send(asked.target == "/bomb" ? "HTTP/1.1 200 OK\r\n" : "");
    for (int i = 0; i < 100'000; ++i) {
      const bool went =
          peer.send(asked.target == "/bomb"    ? cat("X-", i, ": y\r\n")
                    : asked.target == "/flood" ? std::string("HTTP/1.1 103 Early\r\n\r\n")
                                               : std::string(1000, 'x'));
      if (!went) return false;
    }
    return false;
  });
  stage.ask(0, "/bomb");
  CHECK_EQ(stage.ends.await(0).error, "the head of its answer is longer than 64 KiB");
  stage.ask(1, "/flood");
  CHECK_EQ(stage.ends.await(1).error, "too many informational answers");
  stage.ask(2, "/line");
  CHECK_EQ(stage.ends.await(2).error, "the head of its answer is longer than 64 KiB");
}

TEST_CASE("transport: a chunk line without end is an error") {
  Stage stage(1, [&](const Asked&, LoopbackServer::Peer& peer) {
    peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    while (peer.send("0000000000000000000000000000000000000000000000000000000000000000")) {
    }
    return false;
  });
  stage.ask(0, "/");
  CHECK_EQ(stage.ends.await(0).error, "malformed answer: a chunk's line is too long");
}

TEST_CASE("transport: silence is a time-out, before and within an answer") {
  Stage stage(
      2,
      [&](const Asked& asked, LoopbackServer::Peer& peer) {
        if (asked.target == "/body") peer.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc");
        peer.linger();
        return false;
      },
      1);
  stage.ask(0, "/head");
  stage.ask(1, "/body");
  CHECK_EQ(stage.ends.await(0).error, "timed out");
  CHECK_EQ(stage.ends.await(1).error, "timed out");
}

TEST_CASE("transport: nobody listens") {
  std::uint16_t port = 0;
  {
    LoopbackServer gone(answer_path);
    port = gone.url("/").port;
  }
  Stage stage(1, answer_path);
  net::Request request;
  request.url = stage.server.url("/");
  request.url.port = port;
  stage.transport->start(std::move(request), stage.ends.sink(0), {});
  const Ends::One end = stage.ends.await(0);
  CHECK(end.code == Code::network);
  CHECK_EQ(end.error, cat("cannot connect to 127.0.0.1:", port, ": connection refused"));
}

TEST_CASE("transport: a stop ends what runs and what waits") {
  Stage stage(1, [&](const Asked&, LoopbackServer::Peer& peer) {
    peer.linger();
    return false;
  });
  std::stop_source running, waiting;
  stage.ask(0, "/running", Kind::page, Priority::speculative, running.get_token());
  CHECK(eventually([&] { return stage.server.asked().size() == 1; }));
  stage.ask(1, "/waiting", Kind::page, Priority::speculative, waiting.get_token());
  waiting.request_stop();
  CHECK(stage.ends.await(1).code == Code::cancelled);
  CHECK_EQ(stage.ends.peek(0).ended, 0);
  running.request_stop();
  CHECK(stage.ends.await(0).code == Code::cancelled);
  stage.ask(2, "/late", Kind::page, Priority::speculative, running.get_token());
  CHECK(stage.ends.await(2).code == Code::cancelled);
  CHECK_EQ(stage.server.targets(), "/running");
}

TEST_CASE("transport: its end tells everybody, once") {
  Stage stage(2, [&](const Asked&, LoopbackServer::Peer& peer) {
    peer.linger();
    return false;
  });
  for (std::size_t i = 0; i < 10; ++i) stage.ask(i, "/");
  CHECK(eventually([&] { return stage.server.asked().size() == 2; }));
  stage.transport->shutdown();
  stage.ask(10, "/late");
  stage.transport->preconnect(stage.server.url("/"));
  for (std::size_t i = 0; i <= 10; ++i) {
    CHECK_EQ(stage.ends.peek(i).ended, 1);
    CHECK(stage.ends.peek(i).code == Code::cancelled);
  }
}

TEST_CASE("transport: a connection made ahead is the one that is used") {
  Stage stage(4, answer_path);
  stage.transport->preconnect(stage.server.url("/"));
  stage.transport->preconnect(stage.server.url("/"));
  CHECK(eventually([&] { return stage.server.connections() == 1; }));
  stage.ask(0, "/a");
  CHECK_EQ(stage.ends.await(0).body, "/a");
  CHECK_EQ(stage.server.connections(), 1);
}

TEST_CASE("transport: many threads ask at once") {
  Stage stage(4, answer_path);
  stage.ends.sink(199);
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      for (std::size_t i = t; i < 200; i += 8) {
        stage.ask(i, cat("/", i), i % 3 == 0 ? Kind::file : Kind::page);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (std::size_t i = 0; i < 200; ++i) CHECK_EQ(stage.ends.await(i).body, cat("/", i));
  CHECK_LE(stage.server.most_at_once(), 4);
}
