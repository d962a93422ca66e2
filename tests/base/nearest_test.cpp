#include "base/nearest.h"

#include <doctest/doctest.h>

namespace pipit::base {
namespace {

TEST_CASE("nearest: letters changed, added, missing, swapped") {
  CHECK_EQ(edit_distance("", ""), 0);
  CHECK_EQ(edit_distance("abc", ""), 3);
  CHECK_EQ(edit_distance("abc", "abc"), 0);
  CHECK_EQ(edit_distance("abc", "axc"), 1);
  CHECK_EQ(edit_distance("abc", "acb"), 1);
  CHECK_EQ(edit_distance("install", "isntall"), 1);
  CHECK_EQ(edit_distance("kitten", "sitting"), 3);
}

TEST_CASE("nearest: the first of the nearest, or none") {
  const std::string_view words[] = {"install", "uninstall", "list", "lock", "download", "tree"};
  const auto meant = [&](std::string_view word) { return nearest(word, words); };
  CHECK_EQ(meant("instal"), "install");
  CHECK_EQ(meant("isntall"), "install");
  CHECK_EQ(meant("unistall"), "uninstall");
  CHECK_EQ(meant("lst"), "list");
  CHECK_EQ(meant("lits"), "list");
  CHECK_EQ(meant("inst"), "install");
  CHECK_EQ(meant("down"), "download");
  CHECK_EQ(meant("x"), "");
  CHECK_EQ(meant("ab"), "");
  CHECK_EQ(meant("frobnicate"), "");
  CHECK_EQ(meant(""), "");
  CHECK_EQ(meant(std::string(5000, 'a')), "");
}

}  // namespace
}  // namespace pipit::base
