// The session against the library's own server side, and against bytes made by hand.
#include "net/http2_session.h"

#include <doctest/doctest.h>

#include <map>
#include <string>
#include <vector>

#include "base/text.h"
#include "third_party/nghttp2.hpp"

namespace {

using namespace pipit;
using net::StreamEnd;
using net::StreamId;

struct Told final : net::StreamEvents {
  void on_head(StreamId stream, net::ResponseHead head) override { heads[stream] = head; }
  void on_data(StreamId stream, std::span<const std::uint8_t> bytes) override {
    content[stream].append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  }
  void on_end(StreamId stream, StreamEnd end, std::string_view why) override {
    ends[stream] = end;
    reasons[stream] = why;
  }
  std::map<StreamId, net::ResponseHead> heads;
  std::map<StreamId, std::string> content, reasons;
  std::map<StreamId, StreamEnd> ends;
};

/// What the server side of the library sees and answers.
struct Server {
  Server() {
    nghttp2_session_callbacks* callbacks = nullptr;
    nghttp2_session_callbacks_new(&callbacks);
    nghttp2_session_callbacks_set_on_header_callback(
        callbacks, [](nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name,
                      std::size_t name_size, const std::uint8_t* value, std::size_t value_size,
                      std::uint8_t, void* user) {
          static_cast<Server*>(user)->fields[frame->hd.stream_id] +=
              cat(std::string(reinterpret_cast<const char*>(name), name_size), "=",
                  std::string(reinterpret_cast<const char*>(value), value_size), "\n");
          return 0;
        });
    nghttp2_session_callbacks_set_on_stream_close_callback(
        callbacks, [](nghttp2_session*, std::int32_t id, std::uint32_t code, void* user) {
          static_cast<Server*>(user)->closed[id] = code;
          return 0;
        });
    nghttp2_session_server_new(&session, callbacks, this);
    nghttp2_session_callbacks_del(callbacks);
    const nghttp2_settings_entry settings[] = {{NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, 7}};
    nghttp2_submit_settings(session, NGHTTP2_FLAG_NONE, settings, 1);
  }
  ~Server() { nghttp2_session_del(session); }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  static nghttp2_nv nv(const std::string& name, const std::string& value) {
    return {reinterpret_cast<std::uint8_t*>(const_cast<char*>(name.data())),
            reinterpret_cast<std::uint8_t*>(const_cast<char*>(value.data())), name.size(),
            value.size(), NGHTTP2_NV_FLAG_NONE};
  }
  void answer(StreamId id, std::string body, const std::string& length) {
    bodies[id] = std::move(body);
    const std::string status = ":status", ok = "200", name = "content-length";
    std::vector<nghttp2_nv> head = {nv(status, ok)};
    if (!length.empty()) head.push_back(nv(name, length));
    nghttp2_data_provider provider{};
    provider.source.ptr = &bodies[id];
    provider.read_callback = [](nghttp2_session*, std::int32_t, std::uint8_t* into,
                                std::size_t size, std::uint32_t* flags, nghttp2_data_source* source,
                                void*) -> ssize_t {
      auto& left = *static_cast<std::string*>(source->ptr);
      const std::size_t count = std::min(size, left.size());
      std::copy_n(left.begin(), count, into);
      left.erase(0, count);
      if (left.empty()) *flags |= NGHTTP2_DATA_FLAG_EOF;
      return static_cast<ssize_t>(count);
    };
    nghttp2_submit_response(session, id, head.data(), head.size(), &provider);
  }

  nghttp2_session* session = nullptr;
  std::map<StreamId, std::string> fields, bodies;
  std::map<StreamId, std::uint32_t> closed;
};

/// Carries bytes both ways until there are none, in pieces of `piece` to the client.
Result<void> exchange(net::Http2Session& client, Server& server, std::size_t piece = 7) {
  while (true) {
    bool any = false;
    for (auto out = client.output(); !out.empty(); out = client.output()) {
      REQUIRE_EQ(nghttp2_session_mem_recv(server.session, out.data(), out.size()),
                 static_cast<ssize_t>(out.size()));
      any = true;
    }
    const std::uint8_t* bytes = nullptr;
    for (ssize_t size = 0; (size = nghttp2_session_mem_send(server.session, &bytes)) > 0;) {
      any = true;
      for (std::size_t at = 0; at < static_cast<std::size_t>(size); at += piece)
        PIPIT_TRY(
            client.receive({bytes + at, std::min(piece, static_cast<std::size_t>(size) - at)}));
    }
    if (!any) return {};
  }
}

net::Request request_of(const std::string& url) {
  net::Request request;
  request.url = *base::parse_url(url);
  return request;
}

/// A client and a server.
struct Dialogue {
  StreamId ask(const net::Request& request = request_of("https://host/a")) {
    const auto id = client.get(request, "pipit/test");
    REQUIRE(id);
    carry();
    return *id;
  }
  void answer(StreamId id, std::string body, const std::string& length = "") {
    server.answer(id, std::move(body), length);
    carry();
  }
  void carry(std::size_t piece = 100'000) { REQUIRE(exchange(client, server, piece)); }
  Told told;
  net::Http2Session client{told};
  Server server;
};

}  // namespace

TEST_CASE("http2: a request as the server sees it, an answer in pieces") {
  Dialogue talk;
  net::Request request = request_of("https://host.example:8443/simple/a/?x=1");
  request.headers = {{"accept", "text/html"}, {"connection", "close"}, {"x-bad", "a\r\nb: c"}};
  const StreamId id = talk.ask(request);
  CHECK_EQ(talk.server.fields[id],
           ":method=GET\n:scheme=https\n:authority=host.example:8443\n:path=/simple/a/?x=1\n"
           "user-agent=pipit/test\naccept=text/html\n");
  CHECK_EQ(talk.client.max_streams(), 7u);
  talk.server.answer(id, "hello", "5");
  talk.carry(7);
  CHECK_EQ(talk.told.heads[id].status, 200);
  CHECK_EQ(net::find_header(talk.told.heads[id].headers, "content-length"), "5");
  CHECK_EQ(talk.told.content[id], "hello");
  CHECK_EQ(talk.told.ends.at(id), StreamEnd::complete);
}

TEST_CASE("http2: content shorter or longer than announced is no answer") {
  for (const char* length : {"4", "6"}) {
    Dialogue talk;
    const StreamId id = talk.ask();
    talk.answer(id, "hello", length);
    CHECK_EQ(talk.told.ends.at(id), StreamEnd::broken);
  }
}

TEST_CASE("http2: a stream that is not read stops at its window, and goes on when it is") {
  Dialogue talk;
  const StreamId slow = talk.ask(), quick = talk.ask();
  talk.answer(slow, std::string(1'000'000, 'x'));
  talk.answer(quick, "short");
  CHECK_EQ(talk.told.content[slow].size(), net::Http2Session::kStreamWindow);
  CHECK_EQ(talk.told.ends.at(quick), StreamEnd::complete);
  for (int i = 0; i < 10 && !talk.told.ends.contains(slow); ++i) {
    const std::size_t before = talk.told.content[slow].size();
    talk.client.consumed(slow, i == 0 ? before : 200'000);
    talk.carry();
  }
  CHECK_EQ(talk.told.content[slow].size(), 1'000'000u);
}

TEST_CASE("http2: a wider stream may be far ahead, but not beyond the connection") {
  Dialogue talk;
  const StreamId id = talk.ask();
  talk.client.widen(id, 1u << 30);
  talk.answer(id, std::string(40'000'000, 'x'));
  CHECK_EQ(talk.told.content[id].size(), net::Http2Session::kConnectionWindow);
}

TEST_CASE("http2: what is cancelled is reset, and its content opens the connection again") {
  Dialogue talk;
  const StreamId id = talk.ask();
  talk.answer(id, std::string(1'000'000, 'x'));
  talk.client.cancel(id);
  talk.client.consumed(id, talk.told.content[id].size());
  talk.carry();
  CHECK_EQ(talk.server.closed.at(id), NGHTTP2_CANCEL);
  CHECK_FALSE(talk.told.ends.contains(id));
  for (int n = 0; n < 60; ++n) {  // more than the connection's window in all
    const StreamId next = talk.ask();
    talk.answer(next, std::string(200'000, 'y'));
    talk.client.consumed(next, talk.told.content[next].size());
    talk.carry();
    REQUIRE_EQ(talk.told.ends.at(next), StreamEnd::complete);
  }
}

TEST_CASE("http2: a goodbye gives back what was not begun and refuses what is new") {
  Dialogue talk;
  const StreamId first = talk.ask(), second = talk.ask();
  nghttp2_submit_goaway(talk.server.session, NGHTTP2_FLAG_NONE, first, NGHTTP2_NO_ERROR, nullptr,
                        0);
  talk.carry();
  CHECK(talk.client.closing());
  CHECK_EQ(talk.told.ends.at(second), StreamEnd::refused);
  talk.answer(first, "still");
  CHECK_EQ(talk.told.content[first], "still");
}

TEST_CASE("http2: informational heads are passed over") {
  Dialogue talk;
  const StreamId id = talk.ask();
  const std::string status = ":status", early = "103";
  const nghttp2_nv hint = Server::nv(status, early);
  nghttp2_submit_headers(talk.server.session, NGHTTP2_FLAG_NONE, id, nullptr, &hint, 1, nullptr);
  talk.carry();
  CHECK(talk.told.heads.empty());
  talk.answer(id, "x");
  CHECK_EQ(talk.told.heads.at(id).status, 200);
}

TEST_CASE("http2: bytes that are no HTTP/2 end the connection") {
  const std::string_view wrong[] = {
      "HTTP/1.1 200 OK\r\n\r\n",
      std::string_view("\0\0\1\0\0\0\0\0\7x", 10),                     // content of no stream
      std::string_view("\0\0\6\4\0\0\0\0\0\0\4\xff\xff\xff\xff", 15),  // a window too large
  };
  for (const std::string_view bytes : wrong) {
    Told told;
    net::Http2Session client(told);
    const auto received =
        client.receive({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
    while (!client.output().empty()) {
    }
    CHECK((!received || !client.alive()));
    CHECK(client.closing());
  }
}
