#include "base/file.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <string>

#include "base/path.h"
#include "tests/base/sandbox.h"

namespace pipit::base {

TEST_CASE("path: parts and joins") {
  CHECK_EQ(join_path("/a", "b"), "/a/b");
  CHECK_EQ(join_path("/a/", "b"), "/a/b");
  CHECK_EQ(join_path("/a", "/b"), "/b");
  CHECK_EQ(join_path("", "b"), "b");
  CHECK_EQ(join_path("/a", ""), "/a");
  struct Row {
    std::string_view path, parent, name;
  };
  for (const Row& row : {Row{"/a/b", "/a", "b"},
                         {"/a", "/", "a"},
                         {"/", "/", "/"},
                         {"a", "", "a"},
                         {"a/b/", "a", "b"},
                         {"/a//b", "/a", "b"},
                         {"", "", ""}}) {
    CAPTURE(row.path);
    CHECK_EQ(parent_path(row.path), row.parent);
    CHECK_EQ(base_name(row.path), row.name);
  }
}

TEST_CASE("path: absolute and relative by text alone") {
  CHECK_EQ(absolute_path("/a/./b//../c/"), "/a/c");
  CHECK_EQ(absolute_path("/../.."), "/");
  CHECK_EQ(absolute_path("x").substr(absolute_path(".").size()), "/x");
  struct Row {
    std::string_view from, to, relative;
  };
  for (const Row& row : {Row{"/a/b", "/a/c/d", "../c/d"},
                         {"/a", "/a", "."},
                         {"/a", "/a/b", "b"},
                         {"/a/b", "/a", ".."},
                         {"/", "/x", "x"},
                         {"/ab", "/a", "../a"},
                         {"/a/b", "/", "../.."}}) {
    CHECK_EQ(relative_path(row.from, row.to), row.relative);
  }
  const Sandbox box;
  REQUIRE_EQ(::symlink("/usr/bin", box.path("l").c_str()), 0);
  CHECK_EQ(real_path(box.path("l")), real_path("/usr/bin"));
  CHECK_EQ(real_path("/no/such"), "/no/such");
}

}  // namespace pipit::base
