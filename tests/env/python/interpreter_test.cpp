#include "env/python/interpreter.h"

#include "base/file.h"
#include "base/file_tree.h"
#include "base/process.h"
#include "cache/store.h"
#include "env/python/venv.h"
#include "tests/env/env_fixture.h"
#include "tests/env/python_tree.h"

namespace pipit {
namespace {

using env_test::World;

TEST_CASE("inspect: a run's facts are kept, and serve the environments made from it") {
  const auto python = base::find_program("python3");
  if (!python) return;  // a machine without Python
  World world;
  cache::Store store({world.at("store"), ""}, world.heard);
  int runs = 0;
  const auto count = [&](const std::string&) { ++runs; };
  const auto first = env::inspect(*python, store, world.heard, {}, count);
  REQUIRE(first);
  const bool was_run = world.heard.notes.contains("asking it about itself");
  CHECK_EQ(runs > 0, was_run);
  world.heard.notes.clear();
  const std::string real = first->base_executable;
  const auto second = env::inspect(real, store, world.heard, {});
  REQUIRE(second);
  world.heard.notes.clear();
  runs = 0;
  const auto third = env::inspect(real, store, world.heard, {}, count);
  REQUIRE(third);
  CHECK_EQ(runs, 0);
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

TEST_CASE("inspect: a copy of Python in a virtual environment is described by pyvenv.cfg") {
  World world;
  cache::Store store({world.at("store"), ""}, world.heard);
  const std::string python = world.at("py/bin/python3.12");
  env_test::write_talking_python(world, python, 12);
  world.write("v/bin/python3.12", "a copy", 0755);
  const auto base_of = [&](const std::string& cfg) {
    world.write("v/pyvenv.cfg", cfg);
    const auto seen = env::inspect(world.at("v/bin/python3.12"), store, world.heard, {});
    REQUIRE(seen);
    CHECK(seen->is_virtual);
    CHECK_EQ(seen->prefix, world.at("v"));
    CHECK_EQ(seen->scheme.purelib, world.at("v/lib/python3.12/site-packages"));
    return seen->base_executable;
  };
  CHECK_EQ(base_of(cat("home = ", world.at("py/bin"), "\n")), python);
  CHECK_EQ(base_of(cat("home = /nowhere\nexecutable = ", python, "\n")), python);
}

TEST_CASE("inspect: a module _manylinux that comes, changes or goes makes facts old") {
  const auto python = base::find_program("python3");
  if (!python) return;
  World world;
  cache::Store store({world.at("store"), ""}, world.heard);
  const auto base = env::inspect(*python, store, world.heard, {});
  REQUIRE(base);
  const auto made = env::create_venv({world.at("v"), "", false, false}, *base);
  REQUIRE(made);
  const std::string module = base::join_path(made->scheme.purelib, "_manylinux.py");
  const auto takes = [&](std::string_view platform) {
    world.heard.notes.clear();
    const auto seen = env::inspect(world.at("v/bin/python"), store, world.heard, {});
    REQUIRE(seen);
    const std::string name = cat(platform, "_", seen->target.markers.platform_machine);
    return seen->target.tags.rank(pep::Tag{"py3", "none", name}).has_value();
  };
  if (!takes("manylinux_2_17")) return;  // a machine without glibc
  world.write_at(module, "def manylinux_compatible(a, b, machine): return b != 17\n");
  CHECK_FALSE(takes("manylinux_2_17"));
  CHECK_NE(world.heard.notes, "");
  CHECK(takes("manylinux_2_18"));
  CHECK_EQ(world.heard.notes, "");  // not run again
  world.write_at(module, "manylinux2014_compatible = True\n");
  CHECK(takes("manylinux_2_17"));
  world.write_at(module, "raise RuntimeError('odd')\n");
  CHECK(takes("manylinux_2_17"));
  REQUIRE(base::remove_file(module));
  CHECK(takes("manylinux_2_17"));
  CHECK_EQ(world.heard.notes, "");
}

TEST_CASE(
    "inspect: an environment whose own code runs at every start is asked, once for each state") {
  const auto python = base::find_program("python3");
  if (!python) return;
  World world;
  cache::Store store({world.at("store"), ""}, world.heard);
  const auto base = env::inspect(*python, store, world.heard, {});
  REQUIRE(base);
  const auto made = env::create_venv({world.at("v"), "", false, false}, *base);
  REQUIRE(made);
  const auto sites = [&] {
    world.heard.notes.clear();
    const auto seen = env::inspect(world.at("v/bin/python"), store, world.heard, {});
    REQUIRE(seen);
    return seen->site_paths;
  };
  const std::string more = world.at("more/site-packages");
  REQUIRE(base::make_directories(more));
  CHECK_EQ(sites(), made->site_paths);
  CHECK_EQ(world.heard.notes, "");
  const std::string pth = base::join_path(made->scheme.purelib, "x.pth");
  world.write_at(pth, cat("import sys; sys.path.append('", more, "')\n"));
  CHECK_EQ(sites().back(), more);
  CHECK_NE(world.heard.notes, "");
  CHECK_EQ(sites().back(), more);
  CHECK_EQ(world.heard.notes, "");  // not run again
  // What ends its Python, or hangs up, leaves what its files say.
  world.write_at(pth, "");
  world.write_at(base::join_path(made->scheme.purelib, "sitecustomize.py"),
                 "import os\nos._exit(3)\n");
  CHECK_EQ(sites(), made->site_paths);
}

TEST_CASE("inspect: where a shim leads is remembered until something it looks at changes") {
  World world;
  cache::Store store({world.at("store"), ""}, world.heard);
  world.write("real", "not a script", 0755);
  const std::string facts =
      base::to_json(env_test::made_up_facts(world.at("py"), {{"executable", world.at("real")}}));
  const auto write_shim = [&](std::string_view more) {
    world.write("shim",
                cat("#!/bin/sh\n# pyenv", more, "\necho x >> ", world.at("runs"),
                    "\necho 'pipit-facts:", facts, ":pipit-facts'\n"),
                0755);
  };
  const auto runs = [&] {
    const auto seen = env::inspect(world.at("shim"), store, world.heard, {});
    REQUIRE(seen);
    CHECK_EQ(seen->executable, world.at("real"));
    CHECK_EQ(seen->version.str(), "3.12.4");
    return world.read(world.at("runs"));
  };
  write_shim("");
  CHECK_EQ(runs(), "x\n");
  CHECK_EQ(runs(), "x\n");
  write_shim(", changed");
  CHECK_EQ(runs(), "x\nx\n");
}

}  // namespace
}  // namespace pipit
