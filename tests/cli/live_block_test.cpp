#include "cli/live_block.h"

#include <doctest/doctest.h>

namespace pipit::cli {

TEST_CASE("live block: lines are written over what was there, and taken away at the end") {
  LiveBlock block;
  CHECK_EQ(block.erase(80), "");
  CHECK_EQ(block.draw({"one", "two"}, 80), "one\x1b[K\ntwo\x1b[K\n\x1b[J");
  CHECK_EQ(block.draw({"one", "two"}, 80), "");
  CHECK_EQ(block.draw({"three"}, 80), "\r\x1b[2Athree\x1b[K\n\x1b[J");
  CHECK_EQ(block.erase(80), "\r\x1b[1A\x1b[K\n\x1b[J\x1b[1A");
  CHECK(block.empty());
  CHECK_EQ(block.erase(80), "");
}

TEST_CASE("live block: in a narrower window the old lines take more rows") {
  LiveBlock block;
  block.draw({std::string(70, 'x'), "short", std::string(40, 'y'), "日本語日本語日本語日本語"}, 80);
  CHECK_EQ(block.erase(40),
           "\r\x1b[5A\x1b[K\n\x1b[K\n\x1b[K\n\x1b[K\n\x1b[K\n\x1b[J\x1b[5A");  // 2 + 1 + 1 + 1
  block.draw({std::string(70, 'x'), "日本語日本語日本語日本語"}, 80);
  CHECK_EQ(block.draw({"a"}, 20), "\r\x1b[6Aa\x1b[K\n\x1b[J");
}

TEST_CASE("live block: in a wider window they take as many") {
  LiveBlock block;
  block.draw({std::string(39, 'x')}, 40);
  CHECK_EQ(block.erase(80), "\r\x1b[1A\x1b[K\n\x1b[J\x1b[1A");
}

TEST_CASE("live block: nothing to draw takes the old lines away") {
  LiveBlock block;
  block.draw({"one"}, 80);
  CHECK_EQ(block.draw({}, 80), "\r\x1b[1A\x1b[K\n\x1b[J\x1b[1A");
  CHECK_EQ(block.draw({}, 80), "");
}

}  // namespace pipit::cli
