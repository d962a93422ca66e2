#include "env/interpreter.h"

#include "base/file.h"
#include "base/file_tree.h"
#include "base/process.h"
#include "cache/store.h"
#include "env/venv.h"
#include "env_fixture.h"

namespace pipit {
namespace {

using env_test::World;

TEST_CASE("inspect: a run's facts are kept, and serve the environments made from it") {
  const auto python = base::find_program("python3");
  if (!python) return;  // a machine without Python
  World world;
  cache::Store store({world.at("store"), ""}, world.heard);
  const auto first = env::inspect(*python, store, world.heard, {});
  REQUIRE(first);
  world.heard.notes.clear();
  const std::string real = first->base_executable;
  const auto second = env::inspect(real, store, world.heard, {});
  REQUIRE(second);
  world.heard.notes.clear();
  const auto third = env::inspect(real, store, world.heard, {});
  REQUIRE(third);
  CHECK_EQ(world.heard.notes, "");  // not run again
  CHECK_EQ(third->version, first->version);
  CHECK(third->target.markers == second->target.markers);
  const auto made = env::create_venv({world.at("v"), "", false, false}, *third);
  REQUIRE(made);
  const auto seen = env::inspect(world.at("v/bin/python"), store, world.heard, {});
  REQUIRE(seen);
  CHECK_EQ(world.heard.notes, "");
  CHECK(seen->is_virtual);
  CHECK_EQ(seen->scheme, made->scheme);
  // What the environment's own Python says is the judge.
  base::Command ask;
  ask.argv = {world.at("v/bin/python"), "-c",
              "import sys,sysconfig as s;p=s.get_paths();"
              "print(sys.prefix,p['purelib'],p['platlib'],p['scripts'],p['data'],sep='\\n')"};
  const auto said = base::run_process(ask, {});
  REQUIRE(said);
  CHECK_EQ(said->exit_code, 0);
  CHECK_EQ(said->output, cat(seen->prefix, "\n", seen->scheme.purelib, "\n", seen->scheme.platlib,
                             "\n", seen->scheme.scripts, "\n", seen->scheme.data, "\n"));
}

TEST_CASE("inspect: what is no Python is one plain message") {
  World world;
  cache::Store store({world.at("store"), ""}, world.heard);
  auto seen = env::inspect(world.at("gone"), store, world.heard, {});
  REQUIRE_FALSE(seen);
  CHECK_EQ(seen.error().message, cat(world.at("gone"), ": no such file"));
  world.write("plain", "x");
  seen = env::inspect(world.at("plain"), store, world.heard, {});
  REQUIRE_FALSE(seen);
  CHECK_EQ(seen.error().message, cat(world.at("plain"), ": not an executable file"));
  world.write("liar", "#!/bin/sh\necho hello; exit 0\n", 0755);
  seen = env::inspect(world.at("liar"), store, world.heard, {});
  REQUIRE_FALSE(seen);
  CHECK(seen.error().message.starts_with(cat(world.at("liar"), ": not a usable Python")));
  REQUIRE(::symlink("/nowhere/python", world.at("env/bin/python3").c_str()) == 0);
  seen = env::inspect(world.at("env/bin/python3"), store, world.heard, {});
  REQUIRE_FALSE(seen);
  CHECK(seen.error().message.ends_with(": the Python it links to is gone"));
}

TEST_CASE("inspect: build-details.json tells without a run") {
  World world;
  world.write("py/bin/python3.14", "no ELF at all", 0755);
  world.write("py/lib/python3.14/build-details.json",
              R"({"schema_version":"1.0","base_prefix":"../..","platform":"linux-x86_64",
      "language":{"version":"3.14","version_info":{"major":3,"minor":14,"micro":1,"releaselevel":"final","serial":0}},
      "implementation":{"name":"cpython","cache_tag":"cpython-314",
        "version":{"major":3,"minor":14,"micro":1,"releaselevel":"final","serial":0}},
      "abi":{"flags":["t"]}})");
  cache::Store store({world.at("store"), ""}, world.heard);
  const auto seen = env::inspect(world.at("py/bin/python3.14"), store, world.heard, {});
  REQUIRE(seen);
  CHECK_EQ(world.heard.notes, "");
  CHECK_EQ(seen->version.str(), "3.14.1");
  CHECK(seen->free_threaded);
  CHECK_EQ(seen->scheme.purelib, world.at("py/lib/python3.14/site-packages"));
  CHECK(seen->target.tags.rank(pep::Tag{"cp314", "cp314t", "linux_x86_64"}));
}

}  // namespace
}  // namespace pipit
