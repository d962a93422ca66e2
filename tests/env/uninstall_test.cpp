#include "env/uninstall.h"
#include "base/file.h"
#include "base/file_tree.h"

#include "tests/env/env_fixture.h"

namespace pipit {
namespace {

using env_test::World;

TEST_CASE("uninstall: what has no list of files cannot go") {
  World world;
  world.dist("x-1");
  world.write_at(world.site("x-1.dist-info/INSTALLER"), "debian\n");
  world.write_at(world.site("y-1.egg-info"), "Name: y\nVersion: 1\n");
  const auto before = world.tree();
  auto applied = world.uninstall("x");
  REQUIRE_FALSE(applied);
  CHECK_EQ(applied.error().message, "x 1: cannot be uninstalled: there is no RECORD of its files");
  CHECK_EQ(applied.error().hints.front(), "it was installed by debian, which may uninstall it");
  applied = world.uninstall("y");
  REQUIRE_FALSE(applied);
  CHECK(applied.error().message.find("distutils") != std::string::npos);
  CHECK(world.tree() == before);
}

TEST_CASE("uninstall: a list of files with a null byte is refused, and nothing is touched") {
  World world;
  world.write_at(world.site("pkg/sub/deep.py"), "");
  world.dist("x-1");
  world.write_at(world.site("x-1.dist-info/RECORD"), std::string_view("\0\xff,,,\n\n", 7));
  world.write_at(world.site("y-1.egg-info/PKG-INFO"), "Name: y\nVersion: 1\n");
  world.write_at(world.site("y-1.egg-info/sub/deep"), "");
  world.write_at(world.site("y-1.egg-info/installed-files.txt"), std::string_view("../a\0\n", 6));
  const auto before = world.tree();
  for (const char* name : {"x", "y"}) {
    const auto applied = world.uninstall(name);
    REQUIRE_FALSE(applied);
    CHECK(applied.error().message.find("a path with a null byte") != std::string::npos);
    CHECK(applied.error().message.find(world.site(name)) != std::string::npos);
  }
  CHECK(world.tree() == before);
}

TEST_CASE("uninstall: rows outside the environment and protected files are left alone") {
  World world;
  world.write("outside.txt", "x");
  world.write_at(world.site("e.py"), "x");
  REQUIRE(base::make_directories(world.at("linked")));
  world.write("linked/in.py", "x");
  REQUIRE(::symlink(world.at("linked").c_str(), world.site("link").c_str()) == 0);
  world.dist("e-1");
  world.write_at(world.site("e-1.dist-info/RECORD"),
                 cat("e.py,,\n../../../../outside.txt,,\n", world.at("outside.txt"),
                     ",,\n../../../bin/python,,\n../../../pyvenv.cfg,,\nlink/in.py,,\n"
                     "e-1.dist-info/RECORD,,\n"));
  REQUIRE(world.uninstall("e"));
  CHECK_FALSE(base::exists(world.site("e.py")));
  CHECK_FALSE(base::exists(world.site("e-1.dist-info")));
  for (const char* path : {"outside.txt", "linked/in.py", "env/bin/python", "env/pyvenv.cfg"}) {
    CHECK_MESSAGE(base::exists(world.at(path)), path);
  }
  CHECK(world.heard.warnings.find("outside.txt") != std::string::npos);
}

TEST_CASE("uninstall: bytecode of the modules goes, bytecode of others stays") {
  World world;
  world.write_at(world.site("m.py"), "");
  world.write_at(world.site("other.py"), "");
  for (const char* name : {"m.cpython-311.pyc", "m.cpython-311.opt-1.pyc", "m.cpython-312.pyc",
                           "mm.cpython-311.pyc", "m.x.cpython-311.pyc", "other.cpython-311.pyc"}) {
    world.write_at(world.site(cat("__pycache__/", name)), "");
  }
  world.dist("m-1");
  world.write_at(world.site("m-1.dist-info/RECORD"), "m.py,,\nm-1.dist-info/RECORD,,\n");
  REQUIRE(world.uninstall("m"));
  const auto left = base::list_tree(world.layout.scheme.purelib);
  REQUIRE(left);
  CHECK_EQ(base::join(*left, " "),
           "__pycache__/m.x.cpython-311.pyc __pycache__/mm.cpython-311.pyc "
           "__pycache__/other.cpython-311.pyc other.py");
}

TEST_CASE("uninstall: egg-info with installed-files.txt, and a development link") {
  World world;
  world.write_at(world.site("egg/__init__.py"), "");
  world.write_at(world.site("egg-1-py3.11.egg-info/PKG-INFO"), "Name: egg\nVersion: 1\n");
  world.write_at(world.site("egg-1-py3.11.egg-info/installed-files.txt"),
                 "../egg/__init__.py\nPKG-INFO\n");
  world.write_at(world.at("src/dev.egg-info/PKG-INFO"), "Name: dev\nVersion: 4.0\n");
  world.write_at(world.site("dev.egg-link"), cat(world.at("src"), "\n."));
  world.write_at(world.site("easy-install.pth"), cat("/other\n", world.at("src"), "\n"));
  REQUIRE(world.uninstall("egg"));
  REQUIRE(world.uninstall("dev"));
  CHECK_EQ(world.installed(), "");
  const auto left = base::list_tree(world.layout.scheme.purelib);
  REQUIRE(left);
  CHECK_EQ(base::join(*left, " "), "easy-install.pth");
  CHECK_EQ(world.read(world.site("easy-install.pth")), "/other\n");
  CHECK(base::exists(world.at("src/dev.egg-info/PKG-INFO")));
}

TEST_CASE("uninstall: scripts that pip's --target recorded two levels up are found") {
  World world;
  world.layout = env::target_layout(world.at("t"), nullptr, *pep::Version::parse("3.11"));
  world.write("t/bin/tool", "x");
  world.write("t/a.py", "x");
  world.dist_at(world.at("t"), "a-1");
  world.write("t/a-1.dist-info/RECORD", "../../bin/tool,,\na.py,,\na-1.dist-info/RECORD,,\n");
  REQUIRE(world.uninstall("a"));
  CHECK_FALSE(base::exists(world.at("t/bin/tool")));
  CHECK_FALSE(base::exists(world.at("t/a.py")));
}

TEST_CASE("uninstall: files_to_remove says what would go, and nothing is touched") {
  World world;
  world.write_at(world.site("a.py"), "");
  world.dist("a-1");
  world.write_at(world.site("a-1.dist-info/RECORD"), "a.py,,\ngone.py,,\na-1.dist-info/RECORD,,\n");
  world.write_at(world.site("a-1.dist-info/extra"), "");
  const auto all = env::list_installed(world.layout, world.heard);
  REQUIRE(all);
  const auto files = env::files_to_remove(world.layout, all->front(), world.heard);
  REQUIRE(files);
  CHECK_EQ(base::join(*files, " "),
           cat(world.site("a-1.dist-info/METADATA"), " ", world.site("a-1.dist-info/RECORD"), " ",
               world.site("a-1.dist-info/extra"), " ", world.site("a.py")));
  CHECK(base::exists(world.site("a.py")));
}

TEST_CASE("uninstall: a distribution outside the environment is refused") {
  World world;
  world.dist_at(world.at("base"), "a-1");
  world.layout.site_paths.push_back(world.at("base"));
  const auto applied = world.uninstall("a");
  REQUIRE_FALSE(applied);
  CHECK_EQ(applied.error().message, cat("a: not in this environment but in ", world.at("base")));
}

TEST_CASE("uninstall: without RECORD pip's own are told how one is written") {
  World world;
  world.dist("x-1");
  world.write_at(world.site("x-1.dist-info/INSTALLER"), "pip\n");
  const auto applied = world.uninstall("x");
  REQUIRE_FALSE(applied);
  CHECK_EQ(applied.error().hints.front(),
           "installing it again over itself writes one: "
           "pipit install --force-reinstall --no-deps x==1");
}

}  // namespace
}  // namespace pipit
