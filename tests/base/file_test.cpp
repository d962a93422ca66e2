#include "base/file.h"
#include "base/fd.h"
#include "base/file_lock.h"
#include "base/file_tree.h"
#include "base/path.h"
#include "base/temp_dir.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include "base/text.h"
#include "tests/base/sandbox.h"

namespace pipit::base {

TEST_CASE("file: an output goes through links and into pipes, and replaces neither") {
  const Sandbox box;
  REQUIRE(write_output_file(box.path("new"), "1"));
  CHECK_EQ(*read_file(box.path("new"), 9), "1");

  REQUIRE_EQ(::symlink("new", box.path("link").c_str()), 0);
  REQUIRE(write_output_file(box.path("link"), "2"));
  CHECK_EQ(*read_file(box.path("new"), 9), "2");
  CHECK_EQ((*file_info(box.path("link")))->kind, FileInfo::Kind::symlink);

  REQUIRE_EQ(::symlink("later", box.path("dangling").c_str()), 0);
  REQUIRE(write_output_file(box.path("dangling"), "2"));
  CHECK_EQ(*read_file(box.path("later"), 9), "2");

  REQUIRE_EQ(::mkfifo(box.path("pipe").c_str(), 0600), 0);
  const Fd reader(::open(box.path("pipe").c_str(), O_RDONLY | O_NONBLOCK));
  REQUIRE(write_output_file(box.path("pipe"), "3"));
  char got[8] = {};
  CHECK_EQ(::read(reader.get(), got, sizeof got), 1);
  CHECK_EQ(got[0], '3');
  CHECK_EQ((*file_info(box.path("pipe")))->kind, FileInfo::Kind::other);
  CHECK_FALSE(write_output_file(box.path("."), "4"));
}

TEST_CASE("file: what is written is read, up to a limit") {
  const Sandbox box;
  const std::string content = std::string(100'000, 'x') + std::string("\0y", 2);
  REQUIRE(write_file(box.path("f"), content, 0640));
  CHECK_EQ(*read_file(box.path("f"), content.size()), content);
  CHECK_EQ(read_file(box.path("f"), content.size() - 1).error().code, Code::parse);
  CHECK_EQ((*file_info(box.path("f")))->size, content.size());
  CHECK_EQ((*file_info(box.path("f")))->mode & 0777, 0640);
  REQUIRE(write_file(box.path("f"), ""));
  CHECK_EQ(*read_file(box.path("f"), 0), "");
  CHECK_FALSE(read_file("/proc/self/status", 10));
  CHECK(read_file("/proc/self/status", 100'000)->starts_with("Name:"));
}

TEST_CASE("file: absence, directories and pipes are told apart, none blocks") {
  const Sandbox box;
  REQUIRE_EQ(::mkfifo(box.path("pipe").c_str(), 0600), 0);
  CHECK_EQ(read_file(box.path("none"), 9).error().code, Code::not_found);
  CHECK_EQ(read_file(box.path("none"), 9).error().message, cat(box.path("none"), ": no such file"));
  CHECK_EQ(read_file(box.dir.path(), 9).error().message, cat(box.dir.path(), ": is a directory"));
  CHECK_EQ(read_file(box.path("pipe"), 9).error().code, Code::io);
  CHECK_FALSE(*file_info(box.path("none")));
  CHECK_FALSE(*file_info(box.path("none/below")));
  CHECK(is_directory(box.dir.path()));
  CHECK_FALSE(is_regular_file(box.path("pipe")));
  CHECK(exists(box.path("pipe")));
}

TEST_CASE("file: a path with a null byte names nothing, and not what stands before the byte") {
  const Sandbox box;
  REQUIRE(write_file(box.path("f"), "x"));
  for (const std::string& path :
       {cat(box.path("f"), std::string(1, '\0')), cat(box.path(""), std::string(1, '\0'), "/f")}) {
    CHECK_FALSE(file_info(path)->has_value());
    CHECK_FALSE(file_info(path, true)->has_value());
    CHECK_FALSE(exists(path));
    CHECK_FALSE(is_directory(path));
    CHECK_FALSE(is_regular_file(path));
    CHECK_EQ(read_file(path, 9).error().code, Code::not_found);
    CHECK_EQ(read_head(path, 9).error().code, Code::not_found);
    CHECK(list_directory(path)->empty());
  }
}

TEST_CASE("file: an atomic write leaves old or new and no rest") {
  const Sandbox box;
  REQUIRE(write_file_atomically(box.path("f"), "one"));
  REQUIRE(write_file_atomically(box.path("f"), "two"));
  CHECK_EQ(*read_file(box.path("f"), 9), "two");
  REQUIRE(make_directories(box.path("dir/x")));
  CHECK_FALSE(write_file_atomically(box.path("dir"), "x"));
  CHECK_FALSE(write_file_atomically(box.path("none/f"), "x"));
  CHECK_EQ(list_directory(box.dir.path())->size(), 2);
}

}  // namespace pipit::base
