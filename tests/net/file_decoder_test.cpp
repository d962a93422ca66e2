#include "net/file_decoder.h"

#include <doctest/doctest.h>
#include <zlib.h>

#include <optional>
#include <string>

namespace pipit::net {
namespace {

std::string packed(const std::string& content) {
  z_stream stream{};
  REQUIRE_EQ(deflateInit2(&stream, 6, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string out(deflateBound(&stream, content.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(content.data()));
  stream.avail_in = static_cast<uInt>(content.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  REQUIRE_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

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
  for (const std::string& inside : {kZip, packed("a tar")}) {
    for (const std::size_t step : {1, 5, 1000}) {
      const Seen seen = seen_of(200, packed(inside), step);
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
  const std::string tar_gz = packed("a tar"), page = packed("<html>");
  for (const std::string& body : {tar_gz, page, kZip, std::string("plain"), std::string()}) {
    const Seen seen = seen_of(200, body);
    CHECK_EQ(seen.body, body);
    REQUIRE(seen.head);
    CHECK_EQ(find_header(seen.head->headers, "content-length"), "9");
    CHECK(seen.end->has_value());
  }
  CHECK_EQ(seen_of(206, packed(kZip)).body, packed(kZip));
  CHECK_EQ(seen_of(200, packed(kZip), 5, "utf-8").body, packed(kZip));
}

TEST_CASE("file decoder: an encoding that breaks off is an error") {
  const std::string whole = packed(kZip + std::string(5000, 'x') + packed("noise"));
  const Seen cut = seen_of(200, whole.substr(0, whole.size() - 10));
  REQUIRE(cut.end);
  REQUIRE_FALSE(*cut.end);
  CHECK_EQ(cut.end->error().code, Code::network);
}

}  // namespace pipit::net
