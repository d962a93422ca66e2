#include "cli/display_width.h"

#include <doctest/doctest.h>

namespace pipit::cli {

TEST_CASE("display width: wide, narrow, and nothing at all") {
  CHECK_EQ(display_width(""), 0);
  CHECK_EQ(display_width("numpy 2.1"), 9);
  CHECK_EQ(display_width("é…ß"), 3);
  CHECK_EQ(display_width("日本語"), 6);
  CHECK_EQ(display_width("한글ー"), 6);
  CHECK_EQ(display_width("か\xe3\x82\x99"), 2);  // a combining voiced sound mark
  CHECK_EQ(display_width("e\xcc\x81"), 1);
  CHECK_EQ(display_width("📦"), 2);
  CHECK_EQ(display_width("𠀋"), 2);
  CHECK_EQ(display_width("ｱ"), 1);         // half width
  CHECK_EQ(display_width("\xe3\x81"), 1);  // cut off: no matter what, no crash
}

TEST_CASE("display width: what does not fit is cut between characters") {
  CHECK_EQ(clipped("numpy", 5), "numpy");
  CHECK_EQ(clipped("numpy", 4), "num…");
  CHECK_EQ(clipped("numpy", 1), "…");
  CHECK_EQ(clipped("numpy", 0), "");
  CHECK_EQ(clipped("日本語", 6), "日本語");
  CHECK_EQ(clipped("日本語", 5), "日本…");
  CHECK_EQ(clipped("日本語", 4), "日…");
  CHECK_EQ(clipped("日本語", 2), "…");
}

}  // namespace pipit::cli
