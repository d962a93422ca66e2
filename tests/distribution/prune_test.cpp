#include "distribution/prune.h"
#include "base/file.h"
#include "base/file_tree.h"
#include "base/path.h"
#include "base/temp_dir.h"
#include "cache/clean.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "distribution/source/built_cache.h"
#include "tests/distribution/fake_builder.h"
#include "tests/distribution/fake_index.h"

namespace pipit::distribution {
namespace {

using test::FakeBuilder;
using test::FakeIndex;
using test::old_pkg_info;
using test::source_tar;

struct PruneFixture {
  base::TempDir place = *base::TempDir::create("/tmp", "pipit-prune-test-");
  std::string cache = cat(place.path(), "/cache");
  std::shared_ptr<FakeBuilder> builder = std::make_shared<FakeBuilder>();

  /// Builds an sdist of that content, as a run of its own; the wheel's sha256.
  std::string build(const std::string& content) {
    FakeIndex index({}, cache);
    index.database->set_builder(builder);
    auto file = index.add(
        "demo-1.0.tar.gz",
        {.bytes = source_tar("demo-1.0",
                             {{"PKG-INFO", old_pkg_info("demo", "1.0")}, {"content", content}})});
    auto wheel = index.wheel(file);
    REQUIRE(wheel.has_value());
    return (*wheel)->sha256;
  }
  std::string build_folder(const std::string& folder) {
    FakeIndex index({}, cache);
    index.database->set_builder(builder);
    auto direct = index.database->direct(*parse_source(folder), {});
    REQUIRE_MESSAGE(direct.has_value(), direct.error().message);
    auto wheel = index.wheel(index::only_file((*direct)->page));
    REQUIRE(wheel.has_value());
    return (*wheel)->sha256;
  }
  cache::Usage prune() {
    base::NoEvents events;
    cache::Store store({cache, ""}, events);
    auto freed = distribution::prune(store);
    REQUIRE_MESSAGE(freed.has_value(), freed.error().message);
    return *freed;
  }
  std::vector<std::string> files(const std::string& below) {
    return base::list_tree(cat(cache, "/", below)).value_or(std::vector<std::string>{});
  }
  bool is_unpacked(const std::string& sha256) {
    return base::exists(cat(cache, "/wheels-v0/", sha256));
  }
  void make_old(const std::string& path) {
    const timespec old[2] = {{1'600'000'000, 0}, {1'600'000'000, 0}};
    REQUIRE(::utimensat(AT_FDCWD, path.c_str(), old, 0) == 0);
  }
};

TEST_CASE("dist prune: what is of use stays") {
  PruneFixture f;
  const std::string wheel = f.build("one");
  const auto built = f.files("built-wheels-v0"), documents = f.files("built-wheel-metadata-v0");
  CHECK(f.prune().bytes == 0);
  CHECK(f.files("built-wheels-v0") == built);
  CHECK(f.files("built-wheel-metadata-v0") == documents);
  CHECK(f.files("files-v0/archives").size() == 1);
  CHECK(f.is_unpacked(wheel));
  CHECK(f.build("one") == wheel);
  CHECK(f.builder->built == 1);
}

TEST_CASE("dist prune: what was replaced goes") {
  PruneFixture f;
  const std::string old = f.build("one"), now = f.build("two");
  REQUIRE(old != now);
  CHECK(f.is_unpacked(old));
  for (const std::string& name : f.files("files-v0/archives"))
    f.make_old(cat(f.cache, "/files-v0/archives/", name));
  const auto freed = f.prune();
  CHECK(freed.entries == 2);  // the unpacked wheel and the archive
  CHECK(freed.bytes > 0);
  CHECK_FALSE(f.is_unpacked(old));
  CHECK(f.is_unpacked(now));
  CHECK(f.files("files-v0/archives").size() == 1);
  CHECK(f.prune().entries == 0);
  CHECK(f.build("two") == now);
  CHECK(f.builder->built == 2);
}

TEST_CASE("dist prune: wheels that nobody lists go, what a run is at work on stays") {
  PruneFixture f;
  f.build("one");
  const std::string wheel = cat(f.cache, "/built-wheels-v0/", f.files("built-wheels-v0").at(0));
  const std::string stray = cat(base::parent_path(wheel), "/stray-1.0-py3-none-any.whl");
  REQUIRE(base::write_file(stray, "x"));
  const std::string young = cat(f.cache, "/built-wheels-v0/.staging-young"),
                    old = cat(f.cache, "/built-wheels-v0/.staging-old");
  REQUIRE(base::make_directories(cat(young, "/tree")));
  REQUIRE(base::make_directories(cat(old, "/tree")));
  REQUIRE(base::write_file(cat(old, "/tree/a"), "x"));
  f.make_old(old);
  CHECK(f.prune().entries == 1);
  CHECK_FALSE(base::exists(stray));
  CHECK(base::exists(wheel));
  CHECK(base::exists(young));
  CHECK_FALSE(base::exists(old));
}

TEST_CASE("dist prune: what was built from a folder goes") {
  PruneFixture f;
  const std::string folder = cat(f.place.path(), "/project");
  REQUIRE(base::make_directories(folder));
  REQUIRE(base::write_file(cat(folder, "/content"), "x"));
  const std::string wheel = f.build_folder(folder);
  CHECK(f.is_unpacked(wheel));
  CHECK(f.prune().entries == 3);
  CHECK_FALSE(f.is_unpacked(wheel));
  CHECK(f.files("built-wheels-v0").empty());
  CHECK(f.files("built-wheel-metadata-v0").empty());
}

}  // namespace
}  // namespace pipit::distribution
