// Which code of a site counts, and which is known to change nothing.
#include "env/python/site_code.h"

#include "tests/env/env_fixture.h"

namespace pipit {
namespace {

using env_test::World;

TEST_CASE("site code: modules that run by themselves, wherever they are on the path") {
  for (const char* name : {"site/sitecustomize.py", "lib/sitecustomize.py", "site/usercustomize.py",
                           "lib/_manylinux.py", "site/_manylinux/__init__.py",
                           "site/_manylinux.abi3.so", "site/sitecustomize/__init__.py",
                           "site/sitecustomize.pyc", "src/sitecustomize.py", "site/odd.start"}) {
    World world;
    REQUIRE(base::make_directories(world.at("src")));
    world.write("site/x.pth", cat("# a comment\n\n", world.at("src"), "\n"));
    const auto code = [&] { return env::startup_code(world.at("lib"), {world.at("site")}); };
    CHECK_EQ(code(), "");
    world.write(name, "x = 1\n");
    const std::string seen = code();
    CHECK_MESSAGE(!seen.empty(), name);
    world.write(name, "x = 1000\n");
    CHECK_MESSAGE(code() != seen, name);
  }
}

TEST_CASE("site code: lines of .pth files") {
  World world;
  const auto counts = [&](std::string_view text) {
    world.write("site/x.pth", text);
    return !env::startup_code(world.at("lib"), {world.at("site")}).empty();
  };
  CHECK_FALSE(counts(""));
  CHECK_FALSE(counts("/a/folder\n../another\n# import os\nimportant\n  import os\n"));
  CHECK(counts("import os\n"));
  CHECK(counts("/a\nimport\tos"));
  CHECK(counts("/a\rimport os"));
  CHECK(counts("\xef\xbb\xbfimport os"));
  CHECK(counts("/a\xe2\x80\xa8import os"));  // a line separator of Unicode
  // What setuptools and virtualenv write.
  const std::string setuptools =
      "import os; var = 'SETUPTOOLS_USE_DISTUTILS'; enabled = os.environ.get(var, 'local') == "
      "'local'; enabled and __import__('_distutils_hack').add_shim(); ";
  CHECK_FALSE(counts(setuptools));
  CHECK_FALSE(counts("import _virtualenv"));
  CHECK_FALSE(counts("import __editable___x_1_0_finder; __editable___x_1_0_finder.install()"));
  CHECK(counts(cat(setuptools, "os.abort()")));
  CHECK(counts(cat(setuptools, "\nimport os")));
  CHECK(counts("import _virtualenv, os"));
  CHECK(counts("import _virtualenvs"));
  CHECK(counts("import __editable___x; evil(); __editable___x_finder.install()"));
  CHECK(
      counts("import os; var = 'SETUPTOOLS_USE_DISTUTILS'; enabled = os.environ.get(var, "
             "'x'); f(') == 'local'; enabled and __import__('_distutils_hack').add_shim();"));
}

TEST_CASE("site code: Debian's hook for crash reports is known by its text") {
  World world;
  const std::string hook =
      "# install the apport exception handler if available\ntry:\n    import apport_python_hook\n"
      "except ImportError:\n    pass\nelse:\n    apport_python_hook.install()\n";
  world.write("lib/sitecustomize.py", hook);
  CHECK_EQ(env::startup_code(world.at("lib"), {}), "");
  world.write("lib/sitecustomize.py", hook + "import x\n");
  CHECK_NE(env::startup_code(world.at("lib"), {}), "");
}

TEST_CASE("site code: site directories that are there, and those that .pth files add") {
  World world;
  for (const char* name : {"a/site-packages", "b/dist-packages", "b/plain"})
    REQUIRE(base::make_directories(world.at(name)));
  world.write("a/site-packages/x.pth", cat(world.at("b/dist-packages"), "\n", world.at("b/plain"),
                                           "\n", world.at("gone/site-packages"), "\n"));
  CHECK_EQ(env::with_added_sites({world.at("a/site-packages"), world.at("gone/site-packages")}),
           std::vector{world.at("a/site-packages"), world.at("b/dist-packages")});
}

}  // namespace
}  // namespace pipit
