#include "net/file_decoder.h"

#include <doctest/doctest.h>

#include <optional>
#include <string>

#include "tests/net/gzipped.h"

namespace pipit::net {
namespace {

struct Seen {
  std::optional<ResponseHead> head;
  std::string body;
  std::optional<Result<void>> end;
};

/// What a sink sees of one answer that arrives in pieces of that size.
Seen seen_of(int status, const std::string& body, std::size_t step = 5,
             const std::string& encoding = "gzip") {
  Seen seen;
  Sink sink;
  sink.on_head = [&](const ResponseHead& head) { return seen.head = head, Flow::go_on; };
  sink.on_data = [&](std::span<const std::uint8_t> bytes) {
    seen.body.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    return Flow::go_on;
  };
  sink.on_done = [&](Result<void> end) { seen.end = std::move(end); };
  const Sink outer = decoding(std::move(sink));
  ResponseHead head;
  head.status = status;
  head.headers = {{"content-encoding", encoding}, {"content-length", "9"}, {"etag", "\"x\""}};
  Flow flow = outer.on_head(head);
  for (std::size_t at = 0; flow == Flow::go_on && at < body.size(); at += step) {
    const std::string piece = body.substr(at, step);
    flow = outer.on_data({reinterpret_cast<const std::uint8_t*>(piece.data()), piece.size()});
  }
  outer.on_done({});
  return seen;
}

const std::string kZip = "PK\3\4 and so on";

}  // namespace

TEST_CASE("file decoder: an archive inside is taken out, and cannot be resumed") {
  for (const std::string& inside : {kZip, gzipped("a tar")}) {
    for (const std::size_t step : {1, 5, 1000}) {
      const Seen seen = seen_of(200, gzipped(inside), step);
      CHECK_EQ(seen.body, inside);
      REQUIRE(seen.head);
      CHECK_EQ(find_header(seen.head->headers, "content-length"), "");
      CHECK_EQ(find_header(seen.head->headers, "content-encoding"), "");
      CHECK_EQ(find_header(seen.head->headers, "etag"), "W/\"x\"");
      REQUIRE(seen.end);
      CHECK(seen.end->has_value());
    }
  }
}

TEST_CASE("file decoder: everything else passes as it came") {
  const std::string tar_gz = gzipped("a tar"), page = gzipped("<html>");
  for (const std::string& body : {tar_gz, page, kZip, std::string("plain"), std::string()}) {
    const Seen seen = seen_of(200, body);
    CHECK_EQ(seen.body, body);
    REQUIRE(seen.head);
    CHECK_EQ(find_header(seen.head->headers, "content-length"), "9");
    CHECK(seen.end->has_value());
  }
  CHECK_EQ(seen_of(206, gzipped(kZip)).body, gzipped(kZip));
  CHECK_EQ(seen_of(200, gzipped(kZip), 5, "utf-8").body, gzipped(kZip));
}

TEST_CASE("file decoder: an encoding that breaks off is an error") {
  const std::string whole = gzipped(kZip + std::string(5000, 'x') + gzipped("noise"));
  const Seen cut = seen_of(200, whole.substr(0, whole.size() - 10));
  REQUIRE(cut.end);
  REQUIRE_FALSE(*cut.end);
  CHECK_EQ(cut.end->error().code, Code::network);
}

}  // namespace pipit::net
