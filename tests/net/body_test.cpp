#include "net/body.h"

#include <doctest/doctest.h>

#include <string>

#include "base/text.h"
#include "tests/net/gzipped.h"

namespace pipit::net {
namespace {

base::Url place() { return *base::parse_url("https://index.example/simple/a/"); }

std::span<const std::uint8_t> as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

/// What is collected of one answer that is allowed 100 bytes.
Result<Response> collect(int status, std::vector<Header> headers, std::string_view body,
                         Result<void> end = {}) {
  BodyCollector collector(100);
  ResponseHead head;
  head.status = status;
  head.headers = std::move(headers);
  head.from = {"page a", "https://index.example/simple/a/"};
  Flow flow = collector.on_head(place(), head);
  for (std::size_t at = 0; flow == Flow::go_on && at < body.size(); at += 7)
    flow = collector.on_data(as_bytes(body.substr(at, 7)));
  return collector.finish(end);
}

}  // namespace

TEST_CASE("body: what came is put together") {
  const auto answer = collect(200, {{"etag", "x"}}, "some text in pieces");
  REQUIRE(answer);
  CHECK_EQ(answer->status, 200);
  CHECK_EQ(answer->body, "some text in pieces");
  CHECK_EQ(answer->headers.size(), 1);
  CHECK_EQ(base::to_string(answer->url), "https://index.example/simple/a/");
}

TEST_CASE("body: a limit, by what is announced and by what comes") {
  CHECK(collect(200, {{"content-length", "100"}}, std::string(100, 'x')));
  CHECK_EQ(collect(200, {{"content-length", "101"}}, "").error().message,
           "page a: https://index.example/simple/a/: the answer is too large (101 B)");
  CHECK_EQ(collect(200, {}, std::string(101, 'x')).error().message,
           "page a: https://index.example/simple/a/: the answer is too large");
  CHECK(collect(200, {{"content-length", "nonsense"}}, "x"));
}

TEST_CASE("body: of an error's page the beginning is enough") {
  const auto page = collect(500, {{"content-length", "1000000"}}, std::string(1000, 'x'));
  REQUIRE(page);
  CHECK_EQ(page->status, 500);
  CHECK_LE(page->body.size(), 100);
  CHECK(collect(404, {{"content-encoding", "br"}}, "x"));
  CHECK(collect(404, {{"content-encoding", "gzip"}}, "not gzip at all"));
}

TEST_CASE("body: encodings that nobody asked for") {
  CHECK(collect(200, {{"content-encoding", "identity"}}, "x"));
  CHECK_EQ(collect(200, {{"content-encoding", "br"}}, "x").error().message,
           "page a: https://index.example/simple/a/: the answer is encoded as br, which was not "
           "asked for");
  CHECK_EQ(collect(200, {{"content-encoding", " GZIP "}}, "plain").error().code, Code::network);
}

TEST_CASE("body: the transport's error goes first") {
  const auto broken = collect(200, {{"content-encoding", "br"}}, "", fail(Code::tls, "broken"));
  CHECK_EQ(broken.error().code, Code::tls);
}

TEST_CASE("body: with each head it begins anew") {
  BodyCollector collector(100);
  ResponseHead first, second;
  first.status = 503;
  second.status = 200;
  CHECK_EQ(collector.on_head(place(), first), Flow::go_on);
  CHECK_EQ(collector.on_data(as_bytes("out of order")), Flow::go_on);
  CHECK_EQ(collector.on_head(place(), second), Flow::go_on);
  CHECK_EQ(collector.on_data(as_bytes("right")), Flow::go_on);
  const auto answer = collector.finish({});
  REQUIRE(answer);
  CHECK_EQ(answer->status, 200);
  CHECK_EQ(answer->body, "right");
}

TEST_CASE("body: a word that is no coding stands for none") {
  for (const char* word : {"utf-8", "UTF-8", "aws-chunked", "binary", "none", "", "utf-8, binary"})
    CHECK_EQ(collect(200, {{"content-encoding", word}}, "plain")->body, "plain");
}

TEST_CASE("body: a compressed content is the same, with its length announced and without") {
  // "text text text text\n", compressed.
  const std::string good(
      "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\x2b\x49\xad\x28"
      "\x51\x28\x41\x21\xb8\x00\xc9\xe7\x99\xb8\x14\x00\x00\x00",
      28);
  std::vector<std::string> contents = {good, good + good, good + "x", good + std::string(3, '\0'),
                                       "",   "plain"};
  for (std::size_t size = 1; size < good.size(); ++size) contents.push_back(good.substr(0, size));
  for (std::size_t at = 0; at < good.size(); ++at) {
    contents.push_back(good);
    contents.back()[at] = static_cast<char>(good[at] ^ 4);
  }
  const auto shown = [](const Result<Response>& answer) {
    return answer ? answer->body : answer.error().message;
  };
  for (const std::string& content : contents) {
    const auto held = collect(
        200, {{"content-encoding", "gzip"}, {"content-length", cat(content.size())}}, content);
    const auto streamed = collect(200, {{"content-encoding", "gzip"}}, content);
    CHECK_EQ(shown(held), shown(streamed));
  }
}

namespace {

/// What a reader gets, and how much of it at a time.
struct Read final : ContentReader {
  void feed(std::string_view bytes) override {
    all += bytes;
    longest = std::max(longest, bytes.size());
  }
  std::string all;
  std::size_t longest = 0;
};

/// An exchange whose content may go to a reader; at most 16 MiB.
struct Reading {
  std::shared_ptr<Read> reader;  // the last one
  std::size_t made = 0;          // readers
  bool wanted = true;
  BodyCollector collector{16 * kMaxCollected, [this](const Response& beginning) {
                            CHECK_GT(beginning.body.size(), kMaxCollected);
                            ++made;
                            reader = wanted ? std::make_shared<Read>() : nullptr;
                            return reader;
                          }};
  Flow feed(std::vector<Header> headers, std::string_view content, int status = 200) {
    Flow flow = collector.on_head(place(), {status, std::move(headers), {}});
    for (std::size_t at = 0; flow == Flow::go_on && at < content.size(); at += 50'000)
      flow = collector.on_data(as_bytes(content.substr(at, 50'000)));
    return flow;
  }
};

std::string long_text(std::size_t size) {
  std::string out;
  while (out.size() < size) out += cat("line ", out.size(), "\n");
  return out;
}

}  // namespace

TEST_CASE("body: a long content goes to a reader, in pieces and in whatever way it came") {
  for (const std::size_t size : {kMaxCollected + 1, 9 * kMaxCollected}) {
    const std::string text = long_text(size), coded = gzipped(text);
    for (const auto& [headers, content] : std::vector<std::pair<std::vector<Header>, std::string>>{
             {{}, text},
             {{{"content-encoding", "gzip"}}, coded},
             {{{"content-encoding", "gzip"}, {"content-length", cat(4 * kMaxCollected)}}, coded}}) {
      Reading reading;
      reading.feed(headers, content);
      const auto answer = reading.collector.finish({});
      REQUIRE(answer);
      CHECK_EQ(answer->length, text.size());
      CHECK(answer->body.empty());
      REQUIRE(reading.reader);
      CHECK_EQ(reading.made, 1);
      CHECK(reading.reader->all == text);
      CHECK_LT(reading.reader->longest, 2 * kMaxCollected);
    }
  }
}

TEST_CASE("body: a short gzip of a long content is decoded in pieces too") {
  const std::string text(12 * kMaxCollected, 'x'), coded = gzipped(text);
  REQUIRE_LT(coded.size(), kMaxCollected);
  Reading reading;
  reading.feed({{"content-encoding", "gzip"}, {"content-length", cat(coded.size())}}, coded);
  const auto answer = reading.collector.finish({});
  REQUIRE(answer);
  REQUIRE(reading.reader);
  CHECK(reading.reader->all == text);
  CHECK_EQ(answer->length, text.size());
}

TEST_CASE("body: what no reader gets: short contents, errors, and what it does not want") {
  Reading reading;
  const std::string text = long_text(2 * kMaxCollected), shorter = long_text(1000);
  reading.feed({}, shorter);
  CHECK_EQ(reading.collector.finish({})->length, shorter.size());
  reading.feed({}, text, 500);
  CHECK(reading.collector.finish({}));
  CHECK_EQ(reading.made, 0);
  reading.wanted = false;
  reading.feed({}, text);
  CHECK(reading.collector.finish({})->body == text);
  CHECK_EQ(reading.made, 1);
}

TEST_CASE("body: a reader's content is bounded as a whole, and begins anew with each head") {
  Reading reading;
  const std::string text = long_text(2 * kMaxCollected);
  CHECK_EQ(reading.feed({}, text), Flow::go_on);
  CHECK_EQ(reading.feed({}, text), Flow::go_on);
  CHECK_EQ(reading.made, 2);
  CHECK(reading.reader->all == text);
  CHECK_EQ(reading.collector.finish({})->length, text.size());
  const std::string bomb = gzipped(std::string(17 * kMaxCollected, 'x'));
  for (const std::string& content : {long_text(17 * kMaxCollected), bomb}) {
    std::vector<Header> headers;
    if (content == bomb) headers = {{"content-encoding", "gzip"}};
    reading.feed(headers, content);
    const auto answer = reading.collector.finish({});
    REQUIRE_FALSE(answer);
    CHECK(answer.error().message.ends_with("the answer is too large"));
  }
}

}  // namespace pipit::net
