#include "base/file.h"

#include <doctest/doctest.h>

#include <string>

#include "base/file_tree.h"
#include "base/path.h"
#include "base/temp_dir.h"

namespace pipit::base {

TEST_CASE("temp dir: goes with its owner unless kept") {
  std::string gone, kept;
  {
    TempDir first = *TempDir::create("/tmp", "pipit-test-");
    TempDir second = std::move(first);
    gone = second.path();
    REQUIRE(write_file(join_path(gone, "f"), "x"));
    TempDir third = *TempDir::create("/tmp", "pipit-test-");
    kept = third.keep();
  }
  CHECK_FALSE(exists(gone));
  CHECK(exists(kept));
  CHECK(remove_tree(kept));
  CHECK_FALSE(TempDir::create("/no/such/parent", "x"));
  CHECK_NE(unique_name("a"), unique_name("a"));
}

TEST_CASE("temp dir: one that is moved over another takes its place") {
  TempDir first = *TempDir::create("/tmp", "pipit-test-");
  TempDir second = *TempDir::create("/tmp", "pipit-test-");
  const std::string gone = first.path(), stays = second.path();
  first = std::move(second);
  CHECK_FALSE(exists(gone));
  CHECK_EQ(first.path(), stays);
  CHECK(exists(stays));
  CHECK_EQ((*file_info(stays))->mode, 0700);
}

}  // namespace pipit::base
