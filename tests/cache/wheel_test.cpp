#include "cache/wheel.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <string>

#include "base/file.h"
#include "base/file_tree.h"
#include "base/path.h"
#include "cache/manifest.h"
#include "tests/cache/scratch.h"

namespace pipit::cache {

TEST_CASE("wheel: its METADATA, and whether anybody changed a file of it") {
  const test::Scratch scratch;
  Wheel wheel;
  wheel.directory = scratch.path("tree");
  wheel.dist_info = "a-1.dist-info";
  for (const char* name : {"a-1.dist-info/METADATA", "a.py"}) {
    const std::string path = base::join_path(wheel.directory, name);
    REQUIRE(base::make_directories(std::string(base::parent_path(path))));
    REQUIRE(base::write_file(path, "Name: a\n"));
    WheelFile file;
    file.path = name;
    file.size = 8;
    file.sha256 = base::sha256("Name: a\n");
    file.mtime_ns = (*base::file_info(path))->mtime_ns;
    wheel.files.push_back(file);
  }
  REQUIRE(read_metadata(wheel));
  CHECK_EQ(*read_metadata(wheel), "Name: a\n");
  CHECK(is_unchanged(wheel));
  Wheel other = wheel;
  ++other.files[0].size;
  CHECK_FALSE(is_unchanged(other));
  other = wheel;
  ++other.files[1].mtime_ns;
  CHECK_FALSE(is_unchanged(other));
  const std::string path = base::join_path(wheel.directory, "a-1.dist-info/METADATA");
  REQUIRE(base::write_file(path, "Name: b\n"));
  CHECK_FALSE(read_metadata(wheel));
  REQUIRE(base::remove_file(path));
  CHECK_FALSE(is_unchanged(wheel));
  CHECK_FALSE(read_metadata(wheel));
}

TEST_CASE("wheel: a copied cache's times are noted, other content is not taken") {
  const test::Scratch scratch;
  Wheel wheel;
  wheel.directory = scratch.path("entry/tree");
  wheel.dist_info = "a-1.dist-info";
  const std::string path = base::join_path(wheel.directory, "a.py");
  REQUIRE(base::make_directories(wheel.directory));
  REQUIRE(base::write_file(path, "x = 1\n"));
  wheel.files.push_back({"a.py", 6, base::sha256("x = 1\n"), false, 17});
  CHECK_FALSE(is_unchanged(wheel));
  const WheelPtr copy = with_times_of_copy(wheel);
  REQUIRE(copy);
  CHECK(is_unchanged(*copy));
  const auto text = base::read_file(scratch.path("entry/manifest"), 1u << 16);
  REQUIRE(text);
  const auto noted = decode_manifest(*text, scratch.path("entry"));
  REQUIRE(noted);
  CHECK(is_unchanged(*noted));
  REQUIRE(base::write_file(path, "x = 2\n"));
  CHECK_EQ(with_times_of_copy(wheel), nullptr);
  REQUIRE(base::write_file(path, "x = 1\n\n"));
  CHECK_EQ(with_times_of_copy(wheel), nullptr);
  REQUIRE(base::remove_file(path));
  CHECK_EQ(with_times_of_copy(wheel), nullptr);
}

}  // namespace pipit::cache
