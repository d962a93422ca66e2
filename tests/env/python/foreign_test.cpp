#include "env/python/foreign.h"

#include "tests/env/env_fixture.h"

namespace pipit {
namespace {

using env_test::made_up_python;
using env_test::World;

TEST_CASE("foreign target: another platform's markers and tags, without any Python") {
  env::TargetOptions options{"3.11", {"aarch64-unknown-linux-musl"}, "", {}};
  auto target = env::foreign_target(options, nullptr);
  REQUIRE(target);
  CHECK_EQ(target->markers.platform_machine, "aarch64");
  CHECK_EQ(target->markers.sys_platform, "linux");
  CHECK_EQ(target->markers.python_full_version, "3.11.0");
  CHECK_EQ(target->python.str(), "3.11.0");
  CHECK(target->tags.rank(pep::Tag{"cp311", "cp311", "musllinux_1_1_aarch64"}));
  CHECK_FALSE(target->tags.rank(pep::Tag{"cp311", "cp311", "manylinux_2_17_aarch64"}));

  options = {"3.12.4", {"win_amd64"}, "", {}};
  target = env::foreign_target(options, nullptr);
  REQUIRE(target);
  CHECK_EQ(target->markers.os_name, "nt");
  CHECK_EQ(target->markers.sys_platform, "win32");
  CHECK_EQ(target->markers.platform_system, "Windows");
  CHECK_EQ(target->markers.platform_machine, "AMD64");
  CHECK_EQ(target->python.str(), "3.12.4");

  options = {"39", {"macosx_14_0_arm64"}, "", {}};
  target = env::foreign_target(options, nullptr);
  REQUIRE(target);
  CHECK_EQ(target->markers.platform_system, "Darwin");
  CHECK_EQ(target->markers.platform_machine, "arm64");
  CHECK_EQ(target->markers.python_version, "3.9");

  target = env::foreign_target({}, nullptr);
  REQUIRE(target);
  CHECK_EQ(target->markers.python_version, env::kDefaultPython);
  CHECK_EQ(target->markers.implementation_name, "cpython");
  CHECK(target->tags.rank(pep::Tag{"py3", "none", "any"}));
  for (const char* bad : {"x", "3.x", "0", "3.12.4.5", "3!1"}) {
    CHECK_FALSE_MESSAGE(env::foreign_target({bad, {}, "", {}}, nullptr), bad);
  }
}

TEST_CASE("foreign target: what is not named comes from the interpreter at hand") {
  World world;
  const env::Interpreter base = made_up_python(world.at("py"));
  auto target = env::foreign_target({"3.9", {}, "", {}}, &base);
  REQUIRE(target);
  CHECK_EQ(target->markers.python_version, "3.9");
  CHECK(target->tags.rank(pep::Tag{"cp39", "cp39", "manylinux_2_28_x86_64"}));
  CHECK_FALSE(target->tags.rank(pep::Tag{"cp312", "cp312", "manylinux_2_28_x86_64"}));
  target = env::foreign_target({"3.12", {}, "", {}}, &base);
  REQUIRE(target);
  CHECK_EQ(target->markers.python_full_version, "3.12.4");
  target = env::foreign_target({"", {"manylinux2014_aarch64"}, "", {}}, &base);
  REQUIRE(target);
  CHECK_EQ(target->markers.platform_machine, "aarch64");
  CHECK_FALSE(target->tags.rank(pep::Tag{"cp312", "cp312", "manylinux_2_28_aarch64"}));
}

TEST_CASE("foreign target: implementation and ABIs are those named") {
  env::TargetOptions options{"3.10", {"linux"}, "pp", {"pypy310_pp73"}};
  auto target = env::foreign_target(options, nullptr);
  REQUIRE(target);
  CHECK_EQ(target->markers.implementation_name, "pypy");
  CHECK_EQ(target->markers.platform_python_implementation, "PyPy");
  CHECK(target->tags.rank(pep::Tag{"pp310", "pypy310_pp73", "manylinux_2_17_x86_64"}));
  CHECK_FALSE(target->tags.rank(pep::Tag{"cp310", "cp310", "manylinux_2_17_x86_64"}));
  options = {"3.11", {"linux"}, "cp", {"cp39", "none"}};
  target = env::foreign_target(options, nullptr);
  REQUIRE(target);
  CHECK(target->tags.rank(pep::Tag{"cp311", "cp39", "manylinux_2_17_x86_64"}));
  CHECK_EQ(target->markers.implementation_name, "cpython");
}

TEST_CASE(
    "foreign target: several platforms are searched in their order, markers are the first's") {
  const auto target = env::foreign_target(
      {"3.12", {"win_arm64", "macosx_11_0_arm64", "manylinux2014_i686"}, "", {}}, nullptr);
  REQUIRE(target);
  CHECK_EQ(target->markers.platform_machine, "ARM64");
  const auto rank = [&](const char* platform) {
    return target->tags.rank(pep::Tag{"cp312", "cp312", platform}).value_or(9999);
  };
  CHECK_LT(rank("win_arm64"), rank("macosx_11_0_arm64"));
  CHECK_LT(rank("macosx_11_0_arm64"), rank("manylinux2014_i686"));
}

TEST_CASE("foreign target: the machine in a platform's name") {
  const auto machine = [](const char* platform) {
    const auto target = env::foreign_target({"", {platform}, "", {}}, nullptr);
    REQUIRE_MESSAGE(target, platform);
    return cat(target->markers.sys_platform, " ", target->markers.platform_machine);
  };
  CHECK_EQ(machine("win32"), "win32 x86");
  CHECK_EQ(machine("macosx_11_0_arm64"), "darwin arm64");
  CHECK_EQ(machine("macosx_10_9_x86_64"), "darwin x86_64");
  CHECK_EQ(machine("manylinux2010_x86_64"), "linux x86_64");
  CHECK_EQ(machine("manylinux1_i686"), "linux i686");
  CHECK_EQ(machine("musllinux_1_2_armv7l"), "linux armv7l");
  CHECK_EQ(machine("linux_riscv64"), "linux riscv64");
  CHECK_FALSE(env::foreign_target({"", {"amiga"}, "", {}}, nullptr));
}

TEST_CASE("foreign target: pip's --platform takes no wheels of the machine they were built on") {
  const auto takes = [](const env::TargetOptions& options, const std::string& platform) {
    const auto target = env::foreign_target(options, nullptr);
    REQUIRE(target);
    return target->tags.rank(pep::Tag{"cp312", "cp312", platform}).has_value();
  };
  for (const std::string machine : {"x86_64", "aarch64", "armv7l"})
    for (const std::string family : {"manylinux_2_28_", "manylinux2014_", "musllinux_1_2_"}) {
      CAPTURE(family + machine);
      const std::string local = "linux_" + machine;
      const env::TargetOptions pip{"", {}, "", {}, {family + machine}};
      CHECK_FALSE(takes(pip, local));
      CHECK(takes(pip, family + machine));
      CHECK(takes({"", {family + machine}, "", {}, {}}, local));  // --python-platform
      CHECK(takes({"", {}, "", {}, {family + machine, local}}, local));
      CHECK(pip.any());
      CHECK_EQ(env::foreign_target(pip, nullptr)->markers.platform_machine, machine);
    }
}

TEST_CASE("foreign target: a pre-release is a full version, another minor starts at .0") {
  World world;
  const env::Interpreter base = made_up_python(world.at("py"));
  CHECK_EQ(env::foreign_target({"3.13.0rc1", {}, "", {}}, &base)->python.str(), "3.13.0rc1");
  CHECK_EQ(env::foreign_target({"3", {}, "", {}}, &base)->python.str(), "3.12.4");
  CHECK_EQ(env::foreign_target({"3.13", {}, "", {}}, &base)->python.str(), "3.13.0");
  CHECK_FALSE(env::TargetOptions().any());
  CHECK(env::TargetOptions{"", {}, "", {"none"}}.any());
}

}  // namespace
}  // namespace pipit
