#include "env/python/venv.h"
#include "base/file.h"
#include "base/file_tree.h"
#include "base/path.h"

#include "tests/env/env_fixture.h"

namespace pipit {
namespace {

using env_test::made_up_python;
using env_test::World;

TEST_CASE("venv: places are those of the base's scheme below the prefix") {
  World world;
  const env::Interpreter base = made_up_python(world.at("py"));
  const auto venv = env::create_venv({world.at("my env"), "", false, false}, base);
  REQUIRE(venv);
  CHECK_EQ(venv->prefix, world.at("my env"));
  CHECK_EQ(venv->executable, world.at("my env/bin/python"));
  CHECK_EQ(venv->scheme.purelib, world.at("my env/lib/python3.12/site-packages"));
  CHECK_EQ(venv->scheme.headers, world.at("my env/include/site/python3.12"));
  CHECK(venv->is_virtual);
  CHECK(venv->made_by_pipit);
  CHECK_FALSE(venv->user_scheme);
  CHECK_EQ(venv->site_paths, std::vector<std::string>{venv->scheme.purelib});
  CHECK_EQ(
      world.read(world.at("my env/pyvenv.cfg")),
      cat("home = ", world.at("py/bin"),
          "\nimplementation = CPython\nversion = 3.12.4\nexecutable = ",
          world.at("py/bin/python3.12"), "\ninclude-system-site-packages = false\npipit = 1\n"));
  CHECK_EQ(world.read(world.at("my env/.gitignore")), "*\n");
  const auto entries = base::list_directory(world.at("my env"));
  REQUIRE(entries);
  std::string names;
  for (const base::DirEntry& entry : *entries) names += cat(entry.name, " ");
  CHECK_EQ(names, ".gitignore bin include lib lib64 pyvenv.cfg ");
}

TEST_CASE("venv: nothing but a virtual environment is ever replaced") {
  World world;
  const env::Interpreter base = made_up_python(world.at("py"));
  world.write("home/precious", "x");
  auto made = env::create_venv({world.at("home"), "", false, true}, base);
  REQUIRE_FALSE(made);
  CHECK_EQ(made.error().message,
           cat(world.at("home"), ": not empty, and not a virtual environment"));
  CHECK_EQ(world.read(world.at("home/precious")), "x");
  REQUIRE(base::make_directories(world.at("empty")));
  CHECK(env::create_venv({world.at("empty"), "", false, false}, base));
  made = env::create_venv({world.at("empty"), "", false, false}, base);
  REQUIRE_FALSE(made);
  CHECK_EQ(made.error().message,
           cat(world.at("empty"), ": there is a virtual environment already"));
  world.write("empty/lib/python3.12/site-packages/a.py", "");
  REQUIRE(env::create_venv({world.at("empty"), "", true, true}, base));
  CHECK_FALSE(base::exists(world.at("empty/lib/python3.12/site-packages/a.py")));
  CHECK(world.read(world.at("empty/pyvenv.cfg")).find("site-packages = true") != std::string::npos);
}

TEST_CASE("venv: bin has every name of the interpreter, as links to one") {
  World world;
  const auto names = [&](base::Json::Object more) {
    const env::Interpreter base = made_up_python(world.at("py"), std::move(more));
    const std::string at = world.at(base::unique_name("v"));
    REQUIRE(env::create_venv({at, "", false, false}, base));
    const auto entries = base::list_directory(cat(at, "/bin"));
    REQUIRE(entries);
    std::string out;
    for (const base::DirEntry& entry : *entries)
      if (entry.kind == base::FileInfo::Kind::symlink) out += cat(entry.name, " ");
    CHECK_EQ(base::real_path(cat(at, "/bin")), cat(at, "/bin"));
    return out;
  };
  CHECK_EQ(names({}), "python python3 python3.12 ");
  CHECK_EQ(names({{"free_threaded", true}}), "python python3 python3.12 python3.12t ");
  CHECK_EQ(names({{"implementation", "pypy"}}), "pypy pypy3 pypy3.12 python python3 python3.12 ");
}

TEST_CASE("venv: a prompt of its own, in one line") {
  World world;
  const env::Interpreter base = made_up_python(world.at("py"));
  REQUIRE(env::create_venv({world.at("v"), "my\nprompt", false, false}, base));
  CHECK(world.read(world.at("v/pyvenv.cfg")).find("\nprompt = my prompt\n") != std::string::npos);
  CHECK(world.read(world.at("v/bin/activate")).find("VIRTUAL_ENV_PROMPT='my\nprompt'") !=
        std::string::npos);
}

TEST_CASE("venv: a failure leaves what was there, and no directory that was not") {
  World world;
  env::Interpreter base = made_up_python(world.at("py"));
  base.venv_scheme.purelib = "bin/python/no";  // bin/python is a link: no directory can be there
  CHECK_FALSE(env::create_venv({world.at("deep/v"), "", false, false}, base));
  CHECK_FALSE(base::exists(world.at("deep")));
  world.write("file", "mine");
  const auto made = env::create_venv({world.at("file"), "", true, true}, base);
  REQUIRE_FALSE(made);
  CHECK_EQ(made.error().message, cat(world.at("file"), ": not a directory"));
}

TEST_CASE("venv: with the base's packages its sites come behind") {
  World world;
  const env::Interpreter base = made_up_python(world.at("py"));
  const auto venv = env::create_venv({world.at("v"), "", true, false}, base);
  REQUIRE(venv);
  CHECK_EQ(base::join(venv->site_paths, " "), cat(world.at("v/lib/python3.12/site-packages"), " ",
                                                  world.at("py/lib/python3.12/site-packages")));
  CHECK_EQ(venv->base_prefix, world.at("py"));
  CHECK_EQ(venv->prefix_scheme.headers, "include/site/python3.12");
  REQUIRE(base::remove_file(world.at("v/pyvenv.cfg")));
  const auto again = env::venv_interpreter(world.at("v"), world.at("v/bin/python"), base);
  REQUIRE_FALSE(again);
  CHECK_EQ(again.error().message, cat(world.at("v"), ": no pyvenv.cfg"));
}

}  // namespace
}  // namespace pipit
