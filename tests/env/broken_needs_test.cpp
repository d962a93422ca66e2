#include "env/broken_needs.h"

#include "tests/env/env_fixture.h"

namespace pipit::env {
namespace {

using env_test::World;

std::string broken(World& world, const Touched& touched, bool others_only = false) {
  const auto installed = list_installed(world.layout, world.heard);
  REQUIRE(installed);
  pep::MarkerEnvironment here;
  here.python_version = "3.12";
  here.python_full_version = "3.12.4";
  here.sys_platform = "linux";
  return base::join(broken_needs(*installed, here, touched, others_only), "\n");
}

TEST_CASE("broken needs: what the change has to do with, and nothing else") {
  World world;
  world.dist("Web.App-2",
             "Requires-Dist: lib (>=2,<3)\nRequires-Dist: idna[fast]>=1\n"
             "Requires-Dist: windows-only; sys_platform == 'win32'\n"
             "Requires-Dist: extra-only; extra == 'x'\nRequires-Dist: fine\n");
  world.dist("lib-1");
  world.dist("fine-1");
  CHECK_EQ(broken(world, {{}, {"fine"}}), "");
  CHECK_EQ(broken(world, {{"lib"}, {"lib"}}), "web-app 2 requires lib<3,>=2, but 1 is installed");
  CHECK_EQ(broken(world, {{}, {"idna"}}),
           "web-app 2 requires idna[fast]>=1, which is not installed");
  CHECK_EQ(broken(world, {{"web-app"}, {"web-app"}}),
           "web-app 2 requires idna[fast]>=1, which is not installed\n"
           "web-app 2 requires lib<3,>=2, but 1 is installed");
  CHECK_EQ(broken(world, {{"web-app"}, {"web-app"}}, true), "");
}

TEST_CASE("broken needs: a pre-release or an odd version is not told to be wrong") {
  World world;
  world.dist("a-1", "Requires-Dist: b>=1\nRequires-Dist: c>=1\n");
  world.dist("b-2.0rc1");
  world.write_at(world.site("c-x_y.dist-info/METADATA"), "Name: c\nVersion: x y\n");
  CHECK_EQ(broken(world, {{}, {"b", "c"}}), "");
}

}  // namespace
}  // namespace pipit::env
