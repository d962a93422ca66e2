#include "env/python/pth_files.h"

#include "tests/env/env_fixture.h"

namespace pipit::env {
namespace {

using env_test::World;

TEST_CASE("pth files: folders that exist, relative to the site; no comments, no code") {
  World world;
  world.write("one/x", "");
  world.write_at(world.site("two/x"), "");
  world.write_at(world.site("a.pth"), cat("# ", world.at("one"), "\n\nimport one\nimport\tone\n",
                                          world.at("one"), "\r\n/nowhere\n  two  \n"));
  world.write_at(world.site(".hidden.pth"), "two\n");
  world.write_at(world.site("b.txt"), "two\n");
  world.write_at(world.site("c.pth"), std::string_view("\0two\n", 5));
  REQUIRE(base::make_directories(world.site("d.pth")));
  const std::string& site = world.layout.scheme.purelib;
  const auto entries = base::list_directory(site);
  REQUIRE(entries);
  CHECK(folders_of_pth(site, *entries) ==
        std::vector<std::string>{world.at("one"), world.site("two")});
  CHECK(folders_of_pth(site, {}).empty());
}

}  // namespace
}  // namespace pipit::env
