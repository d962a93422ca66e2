#include "operation/install_target.h"

#include <doctest/doctest.h>

#include "tests/operation/operation_fixture.h"

namespace pipit::operation {
namespace {

using operation_test::World;

struct Finder {
  World world;
  cache::Store store{world.options.cache, world.heard};

  Result<InstallTarget> find(Use use = Use::change) {
    return find_target(world.options.target, use, store, world.heard, {});
  }
  Result<InstallTarget> find_resolution() {
    return find_resolution_target(world.options.target, store, world.heard, {});
  }
};

TEST_CASE("target: a folder and a version: no Python is looked for") {
  Finder finder;
  const auto target = finder.find();
  REQUIRE(target);
  CHECK_FALSE(target->interpreter);
  CHECK_EQ(target->resolved_for->python.str(), "3.12.0");
  CHECK_EQ(target->layout.scheme.purelib, finder.world.at("target"));
  CHECK(target->layout.flat);
}

TEST_CASE("target: --root stands in front of the folders") {
  Finder finder;
  finder.world.options.target.root = finder.world.at("root");
  const auto target = finder.find();
  REQUIRE(target);
  CHECK_EQ(target->layout.root, finder.world.at("root"));
  CHECK_EQ(target->layout.scheme.purelib, cat(finder.world.at("root"), finder.world.at("target")));
}

TEST_CASE("target: a Python that is named must be there") {
  Finder finder;
  finder.world.options.target.python.python = finder.world.at("no/python");
  auto target = finder.find();
  REQUIRE_FALSE(target);
  CHECK(target.error().message.find("no/python") != std::string::npos);
  finder.world.options.target.directory.reset();
  CHECK_FALSE(finder.find());
  CHECK_FALSE(finder.find_resolution());
}

TEST_CASE("target: a platform that is not understood is a usage error") {
  Finder finder;
  finder.world.options.target.foreign.platforms = {"atari"};
  CHECK_EQ(finder.find().error().code, Code::usage);
  finder.world.options.target.foreign.platforms = {"linux"};
  finder.world.options.target.foreign.python_version = "soon";
  CHECK_EQ(finder.find().error().code, Code::usage);
}

TEST_CASE("target: the same with another Python, for hints") {
  Finder finder;
  const auto target = finder.find();
  REQUIRE(target);
  const auto other = target_with_python(finder.world.options.target, *target, "3.13");
  REQUIRE(other);
  CHECK_EQ(other->python.str(), "3.13.0");
  CHECK_FALSE(target_with_python(finder.world.options.target, *target, "nonsense"));
}

}  // namespace
}  // namespace pipit::operation
