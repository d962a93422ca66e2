#include "env/file_owners.h"

#include "tests/env/env_fixture.h"

namespace pipit::env {
namespace {

using env_test::World;

TEST_CASE("file owners: the first distribution whose RECORD lists a file, by its real path") {
  World world;
  for (const char* stem : {"a-1", "b-1", "torn-1", "bare-1"}) world.dist(stem);
  world.write_at(world.site("a-1.dist-info/RECORD"), "shared.py,,\na.py,,\n");
  world.write_at(world.site("b-1.dist-info/RECORD"), "shared.py,,\nalias/b.py,,\n");
  world.write_at(world.site("torn-1.dist-info/RECORD"), "\"");
  world.write_at(world.site("pkg/b.py"), "");
  REQUIRE(::symlink("pkg", world.site("alias").c_str()) == 0);
  const auto all = list_installed(world.layout, world.heard);
  REQUIRE(all);
  LayoutPaths paths(world.layout);
  FileOwners owners(*all, paths);
  const auto owner = [&](std::string_view path) {
    const Installed* found = owners.owner(world.site(path));
    return found ? found->name : "nobody";
  };
  CHECK_EQ(owner("a.py"), "a");
  CHECK_EQ(owner("shared.py"), "a");
  CHECK_EQ(owner("pkg/b.py"), "b");
  CHECK_EQ(owner("alias"), "b");            // what is behind it could not be found without it
  CHECK_EQ(owner("alias/b.py"), "nobody");  // canonical paths only
  CHECK_EQ(owner("c.py"), "nobody");
}

TEST_CASE("file owners: RECORDs are read with the first question, not before") {
  World world;
  world.dist("a-1");
  const auto all = list_installed(world.layout, world.heard);
  REQUIRE(all);
  LayoutPaths paths(world.layout);
  FileOwners owners(*all, paths);
  world.write_at(world.site("a-1.dist-info/RECORD"), "late.py,,\n");
  CHECK(owners.owner(world.site("late.py")));
  world.write_at(world.site("a-1.dist-info/RECORD"), "later.py,,\n");
  CHECK_FALSE(owners.owner(world.site("later.py")));
}

}  // namespace
}  // namespace pipit::env
