#include "base/file.h"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "base/file_tree.h"
#include "base/text.h"
#include "tests/base/sandbox.h"

namespace pipit::base {

TEST_CASE("file: directories are made once, by as many as like") {
  const Sandbox box;
  std::atomic<int> good{0};
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&] { good += make_directories(box.path("a/b/c/d/e")).has_value(); });
    }
  }
  CHECK_EQ(good, 8);
  CHECK(is_directory(box.path("a/b/c/d/e")));
  REQUIRE(write_file(box.path("f"), ""));
  CHECK_EQ(make_directories(box.path("f")).error().message,
           cat(box.path("f"), ": exists and is not a directory"));
  CHECK_FALSE(make_directories(box.path("f/g")));
}

TEST_CASE("file: a tree is removed without following its links") {
  const Sandbox box;
  REQUIRE(make_directories(box.path("outside")));
  REQUIRE(write_file(box.path("outside/kept"), "x"));
  REQUIRE(make_directories(box.path("tree/a/b")));
  REQUIRE(write_file(box.path("tree/a/b/f"), "x"));
  REQUIRE_EQ(::symlink(box.path("outside").c_str(), box.path("tree/a/link").c_str()), 0);
  REQUIRE_EQ(::symlink(box.path("outside").c_str(), box.path("link").c_str()), 0);
  REQUIRE_EQ(::symlink("/nowhere", box.path("tree/dangling").c_str()), 0);
  CHECK_EQ(*list_tree(box.path("tree")), std::vector<std::string>{"a/b/f", "a/link", "dangling"});
  REQUIRE_EQ(::chmod(box.path("tree/a/b").c_str(), 0500), 0);
  CHECK(remove_tree(box.path("tree")));
  CHECK_FALSE(exists(box.path("tree")));
  CHECK(remove_tree(box.path("link/")));
  CHECK_FALSE(*file_info(box.path("link")));
  CHECK(exists(box.path("outside/kept")));
  CHECK(remove_tree(box.path("outside/kept")));
  CHECK(remove_tree(box.path("never was")));
  CHECK_FALSE(remove_tree("/"));
  CHECK_FALSE(remove_tree(""));
}

TEST_CASE("file: listing is sorted and knows kinds; an absent directory is empty") {
  const Sandbox box;
  REQUIRE(write_file(box.path("b"), ""));
  REQUIRE(make_directories(box.path("a")));
  REQUIRE_EQ(::symlink("a", box.path("c").c_str()), 0);
  const auto entries = list_directory(box.dir.path());
  REQUIRE(entries);
  REQUIRE_EQ(entries->size(), 3);
  CHECK_EQ((*entries)[0].name, "a");
  CHECK_EQ((*entries)[0].kind, FileInfo::Kind::directory);
  CHECK_EQ((*entries)[1].kind, FileInfo::Kind::file);
  CHECK_EQ((*entries)[2].kind, FileInfo::Kind::symlink);
  CHECK_EQ((*file_info(box.path("c")))->kind, FileInfo::Kind::symlink);
  CHECK_EQ((*file_info(box.path("c"), true))->kind, FileInfo::Kind::directory);
  CHECK(list_directory(box.path("none"))->empty());
  CHECK_FALSE(list_directory(box.path("b")));
}

TEST_CASE("file: a tree's files and links are listed by their relative paths, sorted") {
  const Sandbox box;
  REQUIRE(make_directories(box.path("t/b/empty")));
  REQUIRE(write_file(box.path("t/b/2"), ""));
  REQUIRE(write_file(box.path("t/b.txt"), ""));
  REQUIRE_EQ(::mkfifo(box.path("t/a-pipe").c_str(), 0600), 0);
  REQUIRE_EQ(::symlink("b", box.path("t/c").c_str()), 0);
  CHECK_EQ(*list_tree(box.path("t")), std::vector<std::string>{"b.txt", "b/2", "c"});
  CHECK(list_tree(box.path("none"))->empty());
}

}  // namespace pipit::base
