// Which code of a site counts, and which is known to change nothing.
#include "env/python/site_code.h"

#include "tests/env/env_fixture.h"
#include "tests/env/python_texts.h"

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
    return !env::startup_code(world.at("lib"), {world.at("site")}, env_test::made_up_texts())
                .empty();
  };
  CHECK_FALSE(counts(""));
  CHECK_FALSE(counts("/a/folder\n../another\n# import os\nimportant\n  import os\n"));
  CHECK(counts("import os\n"));
  CHECK(counts("/a\nimport\tos"));
  CHECK(counts("/a\rimport os"));
  CHECK(counts("\xef\xbb\xbfimport os"));
  CHECK(counts("/a\xe2\x80\xa8import os"));  // a line separator of Unicode
  // Lines that are known.
  const std::string hook(env_test::kHookOfImports);
  CHECK_FALSE(counts(hook));
  CHECK_FALSE(counts(cat(hook, " \n# and\n", hook)));
  CHECK(counts(cat(hook, "; os.abort()")));
  CHECK(counts(cat(hook, "\nimport os")));
  CHECK(counts(base::replace_all(hook, "'made'", "'Made'")));
  // Modules that are known by their names.
  CHECK_FALSE(counts("import _virtualenv"));
  CHECK(counts("import _virtualenv, os"));
  CHECK(counts("import _virtualenvs"));
  const auto finder = [](std::string_view name, std::string_view other,
                         std::string_view rest = "") {
    return cat("import ", name, "; ", other, ".install()", rest);
  };
  const std::string name = "__editable___x_1_0_finder";
  CHECK_FALSE(counts(finder(name, name)));
  CHECK(counts(finder(name, name, "; os.abort()")));
  CHECK(counts(finder(name, "__editable___y_finder")));
  CHECK(counts(finder("other_finder", "other_finder")));
  CHECK(counts(finder("__editable___x", "__editable___x")));
  CHECK(counts(finder("__editable___x,os,y_finder", "__editable___x,os,y_finder")));
  CHECK(counts(cat("import ", name, ";")));
  CHECK(counts(cat("import ", name)));
}

TEST_CASE("site code: a module that is known by all of its text") {
  World world;
  const std::string start(env_test::kStartOfReports);
  const auto counts = [&](const char* name, const std::string& text) {
    world.write(name, text);
    const bool found = !env::startup_code(world.at("lib"), {}, env_test::made_up_texts()).empty();
    REQUIRE(base::remove_file(world.at(name)));
    return found;
  };
  CHECK_FALSE(counts("lib/sitecustomize.py", start));
  CHECK(counts("lib/sitecustomize.py", start + "import x\n"));
  CHECK(counts("lib/usercustomize.py", start));
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
