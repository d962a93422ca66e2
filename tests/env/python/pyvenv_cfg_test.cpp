#include "env/python/pyvenv_cfg.h"
#include "base/file_tree.h"

#include "tests/env/env_fixture.h"

namespace pipit {
namespace {

using env_test::World;

TEST_CASE("pyvenv.cfg: keys in any case, unknown lines passed over") {
  const auto cfg = env::parse_pyvenv_cfg(
      "HOME=/usr/bin\n\nnonsense\ninclude-system-site-packages = True\r\nexecutable = /usr/bin/x = "
      "y\n");
  CHECK_EQ(cfg.home, "/usr/bin");
  CHECK_EQ(cfg.executable, "/usr/bin/x = y");
  CHECK(cfg.system_site_packages);
  CHECK_FALSE(cfg.made_by_pipit);
}

TEST_CASE("pyvenv.cfg: beside the executable, or one directory up, by the path it was called by") {
  World world;
  world.write("v/pyvenv.cfg", "home = /up\npipit = 1\n");
  world.write("v/bin/python", "");
  auto cfg = env::find_pyvenv_cfg(world.at("v/bin/python"));
  REQUIRE(cfg);
  CHECK_EQ(cfg->prefix, world.at("v"));
  CHECK_EQ(cfg->home, "/up");
  CHECK(cfg->made_by_pipit);
  CHECK_FALSE(cfg->system_site_packages);
  world.write("v/bin/pyvenv.cfg", "home = /beside\n");
  cfg = env::find_pyvenv_cfg(world.at("v/bin/python"));
  REQUIRE(cfg);
  CHECK_EQ(cfg->prefix, world.at("v/bin"));
  CHECK_EQ(cfg->home, "/beside");
  REQUIRE(base::make_directories(world.at("links")));
  REQUIRE(::symlink(world.at("v/bin/python").c_str(), world.at("links/python").c_str()) == 0);
  CHECK_FALSE(env::find_pyvenv_cfg(world.at("links/python")));
}

}  // namespace
}  // namespace pipit
