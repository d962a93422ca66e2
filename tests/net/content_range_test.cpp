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

}  // namespace
}  // namespace pipit::net
