#include "index/search_record.h"

#include <doctest/doctest.h>

#include "base/text.h"

namespace pipit::index {
namespace {

using Kind = IndexAnswer::Kind;

TEST_CASE("search record: what is said of where nothing was found") {
  SearchRecord both({"http://a/simple", "file:///b"}, {"./w", "x"});
  CHECK_EQ(both.where_in_vain("p"), "on http://a/simple or file:///b, nor in ./w or x");
  both.note("p", 0, {Kind::missing, 404});
  both.note("p", 1, {Kind::missing, 0});
  CHECK_EQ(both.where_in_vain("p"), "on http://a/simple (404) or file:///b, nor in ./w or x");
  CHECK_EQ(both.where_in_vain("q"), "on http://a/simple or file:///b, nor in ./w or x");
  CHECK_EQ(SearchRecord({}, {"w"}).where_in_vain("p"), "in w (--no-index: no index was asked)");
  CHECK_EQ(SearchRecord({}, {}).where_in_vain("p"),
           "anywhere: no index was asked (--no-index), and there is no --find-links");
}

TEST_CASE("search record: barren is who was asked and had no file of anything") {
  SearchRecord record({"a", "b", "c", "d"}, {});
  const auto barren = [&] { return base::join(record.barren(), " "); };
  CHECK_EQ(barren(), "");
  record.note("p", 0, {Kind::missing, 404});
  record.note("p", 1, {Kind::found, 200, false});
  record.note("p", 2, {Kind::failed, 0});
  CHECK_EQ(barren(), "a b");
  record.note("q", 0, {Kind::found, 200, true});
  CHECK_EQ(barren(), "b");
}

TEST_CASE("search record: who was not asked is known once somebody has the project") {
  SearchRecord record({"a", "b", "c"}, {});
  const auto left = [&] { return base::join(record.not_asked("p"), " "); };
  CHECK_EQ(left(), "");
  record.note("p", 0, {Kind::missing, 404});
  CHECK_EQ(left(), "");
  record.note("p", 1, {Kind::found, 0});
  CHECK_EQ(left(), "c");
  CHECK_EQ(record.found_on("p"), "b");
  record.note("p", 2, {Kind::failed, 0});
  CHECK_EQ(left(), "");
  CHECK_EQ(record.found_on("q"), "");
}

}  // namespace
}  // namespace pipit::index
