#include "net/body.h"

#include <doctest/doctest.h>

#include <string>

#include "base/text.h"

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

}  // namespace pipit::net
