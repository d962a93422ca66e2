#include "net/gzip_body.h"

#include <doctest/doctest.h>

#include <span>
#include <string>

#include "tests/net/gzipped.h"

namespace pipit::net {
namespace {

std::span<const std::uint8_t> bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

}  // namespace

TEST_CASE("gzip body: comes back, whatever the pieces") {
  std::string content;
  for (int i = 0; i < 20'000; ++i) content += static_cast<char>(i * i / 7);
  const std::string encoded = gzipped(content);
  for (const std::size_t step : {std::size_t{1}, std::size_t{1000}, encoded.size()}) {
    Gunzip gunzip;
    std::string out;
    for (std::size_t at = 0; at < encoded.size(); at += step)
      REQUIRE(
          gunzip.feed(bytes_of(std::string_view(encoded).substr(at, step)), out, content.size()));
    CHECK(gunzip.finish());
    CHECK_EQ(out, content);
  }
}

TEST_CASE("gzip body: members in a row are one content, whatever the pieces") {
  const std::string encoded = gzipped("one, ") + gzipped("") + gzipped("two");
  for (std::size_t step = 1; step <= encoded.size(); ++step) {
    Gunzip gunzip;
    std::string out;
    for (std::size_t at = 0; at < encoded.size(); at += step)
      REQUIRE(gunzip.feed(bytes_of(std::string_view(encoded).substr(at, step)), out, 100));
    CHECK(gunzip.finish());
    CHECK_EQ(out, "one, two");
  }
}

TEST_CASE("gzip body: nothing else may follow") {
  for (const std::string& rest :
       {std::string("x"), std::string(2, '\0'), std::string("\x1f\x8c")}) {
    Gunzip gunzip;
    std::string out;
    REQUIRE(gunzip.feed(bytes_of(gzipped("text")), out, 100));
    CHECK_EQ(gunzip.feed(bytes_of(rest), out, 100).error().code, Code::network);
  }
  Gunzip cut;
  std::string out;
  REQUIRE(cut.feed(bytes_of(gzipped("text") + gzipped("more").substr(0, 9)), out, 100));
  CHECK_EQ(cut.finish().error().message, "the answer's gzip encoding ends too early");
}

TEST_CASE("gzip body: more than allowed is refused before it is there") {
  const std::string encoded = gzipped(std::string(10'000'000, 'a'));
  Gunzip gunzip;
  std::string out;
  const auto fed = gunzip.feed(bytes_of(encoded), out, 100'000);
  REQUIRE_FALSE(fed);
  CHECK_EQ(fed.error().code, Code::network);
  CHECK_EQ(fed.error().message, "the answer is too large");
  CHECK_LE(out.size(), 100'000);
}

TEST_CASE("gzip body: cut, broken or none at all") {
  const std::string encoded = gzipped("some text");
  std::string out;
  Gunzip cut;
  REQUIRE(cut.feed(bytes_of(std::string_view(encoded).substr(0, encoded.size() - 1)), out, 100));
  CHECK_EQ(cut.finish().error().message, "the answer's gzip encoding ends too early");
  Gunzip broken;
  std::string wrong = encoded;
  wrong[wrong.size() - 5] = static_cast<char>(wrong[wrong.size() - 5] ^ 1);
  CHECK_EQ(broken.feed(bytes_of(wrong), out, 100).error().message,
           "the answer's gzip encoding is broken");
  Gunzip plain;
  CHECK_FALSE(plain.feed(bytes_of("plain text"), out, 100));
  Gunzip empty;
  CHECK(empty.finish());
}

TEST_CASE("gzip body: at once it is the same content, and nothing that is not") {
  std::string content;
  for (int i = 0; i < 5'000; ++i) content += static_cast<char>(i * i / 7);
  for (const std::string& text : {content, std::string(), std::string(100'000, 'x')})
    CHECK_EQ(gunzip_at_once(gzipped(text), text.size()), text);
  const std::string encoded = gzipped(content);
  CHECK_FALSE(gunzip_at_once(encoded, content.size() - 1));
  CHECK_FALSE(gunzip_at_once(encoded + "x", 1 << 20));
  CHECK_FALSE(gunzip_at_once(encoded + gzipped("more"), 1 << 20));
  for (std::size_t size = 0; size < encoded.size(); size += 13)
    CHECK_FALSE(gunzip_at_once(std::string_view(encoded).substr(0, size), 1 << 20));
  for (std::size_t at = 10; at < encoded.size(); at += 7) {
    std::string changed = encoded;
    changed[at] = static_cast<char>(changed[at] ^ 16);
    Gunzip gunzip;
    std::string out;
    const bool is_good = gunzip.feed(bytes_of(changed), out, 1 << 20) && gunzip.finish();
    CHECK_EQ(gunzip_at_once(changed, 1 << 20), is_good ? std::optional(out) : std::nullopt);
  }
}

TEST_CASE("gzip body: a length that is promised and not kept costs nothing") {
  std::string liar = gzipped("short");
  liar.replace(liar.size() - 4, 4, "\xff\xff\xff\x7f");
  CHECK_FALSE(gunzip_at_once(liar, std::uint64_t{1} << 40));
}

}  // namespace pipit::net
