#include <doctest/doctest.h>

#include "net/content_range.h"

namespace pipit::net {
namespace {

TEST_CASE("dist content range: what a 206 says it has") {
  auto range = parse_content_range("bytes 5-9/20");
  REQUIRE(range.has_value());
  CHECK(range->first == 5);
  CHECK(range->last == 9);
  CHECK(range->complete == 20);
  CHECK(range->length() == 5);
  CHECK_FALSE(parse_content_range("bytes 0-0/*")->complete.has_value());
  CHECK(parse_content_range("Bytes 0-0/1").has_value());
}

TEST_CASE("dist content range: contradictions and other units are nothing") {
  for (const char* text :
       {"", "bytes", "bytes 5-4/10", "bytes 0-10/10", "bytes */10", "items 0-1/2", "bytes 0-1",
        "bytes -1-2/3", "bytes 0-99999999999999999999/*", "bytes 0-1/x"}) {
    CHECK_FALSE(parse_content_range(text).has_value());
  }
}

TEST_CASE("dist content range: which refusals may be about the range") {
  const Header wait[] = {{"retry-after", "1"}};
  for (const int status : {400, 401, 403, 404, 416, 429, 500, 502, 503, 504})
    CHECK(may_be_about_range(status, {}));
  for (const int status : {200, 206, 304, 407}) CHECK_FALSE(may_be_about_range(status, {}));
  CHECK_FALSE(may_be_about_range(429, wait));
  CHECK_FALSE(may_be_about_range(503, wait));
  CHECK(may_be_about_range(502, wait));
}

}  // namespace
}  // namespace pipit::net
