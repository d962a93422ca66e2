#include "net/head.h"

#include <doctest/doctest.h>

namespace {

using namespace pipit;

/// Status, framing and keep-alive in short, or the error.
std::string in_short(std::string_view text) {
  const Result<net::ParsedHead> head = net::parse_head(text);
  if (!head) return head.error().message;
  std::string out = std::to_string(head->head.status);
  switch (head->framing) {
    case net::Framing::none:
      out += " none";
      break;
    case net::Framing::length:
      out += " length " + std::to_string(head->length);
      break;
    case net::Framing::chunked:
      out += " chunked";
      break;
    case net::Framing::until_close:
      out += " close";
      break;
  }
  return out + (head->keep_alive ? " keep" : "");
}

}  // namespace

TEST_CASE("response head: where the content ends and whether the connection stays") {
  CHECK_EQ(in_short("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"), "200 length 5 keep");
  CHECK_EQ(in_short("HTTP/1.1 200\r\ncontent-length:0\r\n\r\n"), "200 length 0 keep");
  CHECK_EQ(in_short("HTTP/1.1 200 OK\nContent-Length: 5\n\n"), "200 length 5 keep");
  CHECK_EQ(in_short("HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\n"), "200 length 5");
  CHECK_EQ(in_short("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 5\r\n\r\n"),
           "200 length 5 keep");
  CHECK_EQ(in_short("HTTP/1.1 200 OK\r\nConnection: foo, Close\r\nContent-Length: 5\r\n\r\n"),
           "200 length 5");
  CHECK_EQ(in_short("HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n"), "200 chunked keep");
  CHECK_EQ(in_short("HTTP/1.1 200 OK\r\n\r\n"), "200 close");
  CHECK_EQ(in_short("HTTP/1.1 304 Not Modified\r\nContent-Length: 500\r\n\r\n"), "304 none keep");
  CHECK_EQ(in_short("HTTP/1.1 204 No Content\r\n\r\n"), "204 none keep");
  CHECK_EQ(in_short("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\n"),
           "200 length 5 keep");
}

TEST_CASE("response head: what is ambiguous or malformed is refused") {
  const char* kBad[] = {
      "",
      "\r\n\r\n",
      "HTTP/2 200 OK\r\n\r\n",
      "HTTP/1.1 20 OK\r\n\r\n",
      "HTTP/1.1 999 OK\r\n\r\n",
      "HTTP/1.1 2000 OK\r\n\r\n",
      "ICY 200 OK\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: 5, 5\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999999\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
      "HTTP/1.1 200 OK\r\nName : value\r\n\r\n",
      "HTTP/1.1 200 OK\r\n folded\r\n\r\n",
      "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
      "HTTP/1.1 200 OK\r\nA: x\x01y\r\n\r\n",
      "HTTP/1.1 200 OK\r\nA: x\ry\r\n\r\n",
  };
  for (const char* text : kBad) {
    CAPTURE(text);
    CHECK_EQ(in_short(text).substr(0, 18), "malformed answer: ");
  }
}

TEST_CASE("response head: names in lower case, values trimmed") {
  const Result<net::ParsedHead> head =
      net::parse_head("HTTP/1.1 200 OK\r\nETag:  \"Ab\" \r\nX-Two: 1\r\nx-two: 2\r\n\r\n");
  REQUIRE(head);
  CHECK_EQ(net::find_header(head->head.headers, "etag"), "\"Ab\"");
  CHECK_EQ(net::find_header(head->head.headers, "x-two"), "1");
  CHECK_EQ(net::find_header(head->head.headers, "absent"), "");
}

TEST_CASE("response head: its length is known when the empty line is there") {
  CHECK_EQ(net::head_length("HTTP/1.1 200 OK\r\n\r\nbody"), 19);
  CHECK_EQ(net::head_length("HTTP/1.1 200 OK\n\nbody"), 17);
  CHECK_EQ(net::head_length("HTTP/1.1 200 OK\r\nA: b\r\n"), 0);
  CHECK_EQ(net::head_length(""), 0);
}
