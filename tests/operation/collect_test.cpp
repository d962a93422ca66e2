#include "operation/collect.h"

#include <doctest/doctest.h>

#include "base/file.h"
#include "base/file_tree.h"
#include "base/path.h"
#include "tests/operation/operation_fixture.h"

namespace pipit::operation {
namespace {

using operation_test::World;

TEST_CASE("collect: the files of a resolution, in its order, byte for byte") {
  World world;
  std::vector<std::string> words;
  for (int i = 10; i < 50; ++i) {
    world.add(cat("p", i), "1");
    words.push_back(cat("p", i));
  }
  const auto operation = world.resolve(words);
  REQUIRE(operation);
  for (const bool as_published : {false, true}) {
    const std::string folder = world.at(as_published ? "download" : "wheels");
    REQUIRE(base::make_directories(folder));
    const auto paths =
        collect_files(operation->session(), operation->resolution(), folder, as_published);
    REQUIRE(paths);
    REQUIRE_EQ(paths->size(), 40);
    CHECK_EQ((*paths)[3], base::join_path(folder, "p13-1-py3-none-any.whl"));
  }
  CHECK_EQ(world.text_of("download/p10-1-py3-none-any.whl"),
           world.text_of("wheelhouse/p10-1-py3-none-any.whl"));
}

TEST_CASE("collect: the first failure by name is the one that is told") {
  World world;
  world.add("a", "1");
  world.add("b", "1");
  world.add("c", "1");
  const auto operation = world.resolve({"a", "b", "c"});
  REQUIRE(operation);
  REQUIRE(base::remove_file(world.at("wheelhouse/b-1-py3-none-any.whl")));
  REQUIRE(base::remove_file(world.at("wheelhouse/c-1-py3-none-any.whl")));
  REQUIRE(base::make_directories(world.at("out")));
  const auto paths =
      collect_files(operation->session(), operation->resolution(), world.at("out"), true);
  REQUIRE_FALSE(paths);
  CHECK(paths.error().message.find("b-1-py3-none-any.whl") != std::string::npos);
  CHECK(world.has("out/a-1-py3-none-any.whl"));
}

}  // namespace
}  // namespace pipit::operation
