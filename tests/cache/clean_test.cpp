#include "base/file.h"
#include "base/file_tree.h"
#include "base/path.h"
#include "cache/clean.h"
#include "cache/store.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <string>
#include <vector>

#include "base/text.h"
#include "tests/cache/scratch.h"

namespace pipit::cache {
namespace {

using base::join_path;
using test::Scratch;
using test::staged;

void make_old(const std::string& path) {
  const timespec times[2] = {{1000, 0}, {1000, 0}};
  REQUIRE_EQ(::utimensat(AT_FDCWD, path.c_str(), times, AT_SYMLINK_NOFOLLOW), 0);
}

}  // namespace

TEST_CASE("cache clean: usage counts entries and bytes; clean removes ours alone") {
  const Scratch scratch;
  base::NoEvents events;
  Store store(scratch.options(), events);
  REQUIRE(store.write(Bucket::index, "p/a", "x"));
  REQUIRE(store.write(Bucket::index, "p/b", "xy"));
  const std::string entry = staged(store, "m");
  REQUIRE(base::make_directories(join_path(entry, "tree")));
  REQUIRE(base::write_file(join_path(entry, "tree/manifest"), "0123456789"));
  REQUIRE(store.publish(Bucket::wheels, entry, "aa"));
  const std::string fresh = staged(store, "at work"), stale = staged(store, "left over");
  make_old(stale);
  REQUIRE(base::make_directories(scratch.path("cache/index-v9")));
  REQUIRE(base::make_directories(scratch.path("cache/photos")));
  REQUIRE(base::write_file(scratch.path("cache/index-v9/x"), "abc"));

  const std::vector<Usage> usage = cache::usage(store);
  REQUIRE_EQ(usage.size(), 2);
  CHECK_EQ(usage[0].bucket, "index-v0");
  CHECK_EQ(usage[0].entries, 2);
  CHECK_EQ(usage[0].bytes, 3 + 2 * 32);
  CHECK_EQ(usage[1].bucket, "wheels-v0");
  CHECK_EQ(usage[1].bytes, 11 + 7 + 9);

  REQUIRE(base::make_directories(scratch.path("aside/one")));
  REQUIRE(base::write_file(scratch.path("aside/one/x"), "1234567"));
  REQUIRE(store.put_aside(scratch.path("aside/one")));

  const auto freed = clean(store, false);
  REQUIRE(freed);
  CHECK_EQ(freed->entries, 3);
  CHECK_EQ(freed->bytes, 3 + 2 * 32 + 11 + 9 + 7);
  CHECK_FALSE(base::exists(store.bucket_path(Bucket::index)));
  CHECK(base::exists(fresh));
  CHECK_FALSE(base::exists(stale));
  CHECK(base::exists(scratch.path("cache/index-v9/x")));
  REQUIRE(clean(store, true));
  CHECK_FALSE(base::exists(scratch.path("cache/index-v9")));
  CHECK(base::exists(scratch.path("cache/photos")));
}

TEST_CASE("cache clean: a repository is one entry, whatever it holds") {
  const Scratch scratch;
  base::NoEvents events;
  Store store(scratch.options(), events);
  for (const char* file : {"HEAD", "config", "refs/heads/HEAD", "objects/pack/p.pack"}) {
    const std::string path = scratch.path(cat("cache/git-v0/abc/", file));
    REQUIRE(base::make_directories(std::string(base::parent_path(path))));
    REQUIRE(base::write_file(path, "1234"));
  }
  REQUIRE(store.write(Bucket::git, "named/abc/def", "x"));
  const std::vector<Usage> usage = cache::usage(store);
  REQUIRE_EQ(usage.size(), 1);
  CHECK_EQ(usage[0].bucket, "git-v0");
  CHECK_EQ(usage[0].entries, 1);
  CHECK_EQ(usage[0].bytes, 16 + 33);
  const auto freed = clean(store, false);
  REQUIRE(freed);
  CHECK_EQ(freed->entries, 1);
  CHECK_EQ(freed->bytes, 16 + 33);
  CHECK_FALSE(base::exists(store.bucket_path(Bucket::git)));
}

}  // namespace pipit::cache
