#include "env/python/build_details.h"
#include "base/file_tree.h"

#include "tests/env/env_fixture.h"

namespace pipit {
namespace {

using env_test::World;

/// A Python 3.14 with a build-details.json of these members on top of the usual ones.
struct Build {
  explicit Build(const std::string& abi = R"({"flags":[]})", const std::string& level = "final",
                 const std::string& platform = "linux-x86_64",
                 const std::string& name = "cpython") {
    const std::string info =
        cat(R"({"major":3,"minor":14,"micro":1,"releaselevel":")", level, R"(","serial":2})");
    world.write(
        "py/lib/python3.14/build-details.json",
        cat(R"({"platform":")", platform, R"(","language":{"version":"3.14","version_info":)", info,
            R"(},"implementation":{"name":")", name, R"(","cache_tag":"cpython-314","version":)",
            info, R"(},"abi":)", abi, "}"));
  }
  std::optional<base::Json> facts(std::string_view executable = "python3.14") const {
    return env::facts_from_build_details(world.at(cat("py/bin/", executable)));
  }
  World world;
};

TEST_CASE("build details: what the build says is what a run would say") {
  Build build;
  const auto facts = build.facts();
  REQUIRE(facts);
  CHECK_EQ(facts->text("full_version"), "3.14.1");
  CHECK_EQ(facts->text("cache_tag"), "cpython-314");
  CHECK_EQ(facts->text("platform"), "linux_x86_64");
  CHECK_EQ(facts->text("sys_platform"), "linux");
  CHECK_EQ(facts->text("prefix"), build.world.at("py"));
  CHECK_EQ(facts->find("scheme")->text("purelib"),
           build.world.at("py/lib/python3.14/site-packages"));
  CHECK_EQ(facts->find("venv_scheme")->text("scripts"), "/@/bin");
  CHECK_EQ(facts->find("free_threaded")->boolean() && *facts->find("free_threaded")->boolean(),
           false);
  const auto python = env::interpreter_of_facts(*facts, build.world.at("py/bin/python3.14"));
  REQUIRE(python);
  CHECK_EQ(python->version.str(), "3.14.1");
}

TEST_CASE("build details: flags and levels") {
  const auto version = [](const char* level) {
    return std::string(Build("{}", level).facts()->text("full_version"));
  };
  CHECK_EQ(version("alpha"), "3.14.1a2");
  CHECK_EQ(version("beta"), "3.14.1b2");
  CHECK_EQ(version("candidate"), "3.14.1rc2");
  CHECK_EQ(version(""), "3.14.1");
  const auto facts = Build(R"({"flags":["t","d",7]})").facts();
  REQUIRE(facts);
  CHECK(*facts->find("free_threaded")->boolean());
  CHECK(*facts->find("debug")->boolean());
  CHECK_EQ(Build("{}", "final", "macosx-11.0-arm64").facts()->text("platform_system"), "Darwin");
}

TEST_CASE("build details: a plain name is taken when only one Python lies there") {
  Build build;
  CHECK(build.facts("python"));
  CHECK_FALSE(build.facts("python3.13"));
  build.world.write("py/lib/python3.15/build-details.json", "{}");
  CHECK_FALSE(build.facts("python"));
  CHECK(build.facts("python3.14"));
}

TEST_CASE("build details: a distribution that patched its paths is asked by running it") {
  Build build;
  REQUIRE(base::make_directories(build.world.at("py/lib/python3/dist-packages")));
  CHECK_FALSE(build.facts());
}

TEST_CASE("build details: what is not understood is passed over") {
  CHECK_FALSE(Build("{}", "final", "win-amd64").facts());
  CHECK_FALSE(Build("{}", "final", "linux-x86_64", "pypy").facts());
  World world;
  for (const char* text :
       {"", "{}", "[]", R"({"platform":"linux-x","language":{},"implementation":{}})",
        R"({"platform":"linux-x","language":{"version":"x.y"},
                               "implementation":{"name":"cpython"}})",
        R"({"platform":"linux-x","language":{"version":"3.100"},
                               "implementation":{"name":"cpython"}})"}) {
    world.write("py/lib/python3.14/build-details.json", text);
    CHECK_FALSE_MESSAGE(env::facts_from_build_details(world.at("py/bin/python3.14")), text);
  }
}

}  // namespace
}  // namespace pipit
