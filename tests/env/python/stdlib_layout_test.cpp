// Templates of paths. How modules are read is shown by file_facts_test.cpp.
#include "env/python/stdlib_layout.h"

#include "tests/env/env_fixture.h"
#include "tests/env/python_tree.h"

namespace pipit {
namespace {

TEST_CASE("layout: templates are filled with what is known, and with nothing else") {
  const env::LayoutNames names{13, "td", true};
  const auto fill = [&](std::string_view pattern, const char* base = "/p") {
    return env::fill_path(pattern, base, names).value_or("no");
  };
  CHECK_EQ(fill("{base}/{platlibdir}/{implementation_lower}{py_version_short}{abi_thread}/x"),
           "/p/lib/python3.13t/x");
  CHECK_EQ(fill("{installed_base}/include/python{py_version_short}{abiflags}"),
           "/p/include/python3.13td");
  CHECK_EQ(fill("{userbase}//bin"), "/p/bin");
  CHECK_EQ(fill("{base}", "/"), "/");
  CHECK_EQ(fill("{odd}/x"), "no");
  CHECK_EQ(fill("{base/x"), "no");
  CHECK_EQ(fill("relative"), "no");
  CHECK_EQ(fill(""), "no");
}

TEST_CASE("layout: site directories") {
  env::StdlibLayout layout;
  CHECK_EQ(env::site_directories(layout, "/p", {13, "t", true}),
           std::vector<std::string>{"/p/lib/python3.13t/site-packages"});
  layout.is_debian = true;
  CHECK_EQ(env::site_directories(layout, "/usr", {11, "", false}),
           std::vector<std::string>{"/usr/local/lib/python3.11/dist-packages",
                                    "/usr/lib/python3/dist-packages",
                                    "/usr/lib/python3.11/dist-packages"});
}

TEST_CASE("layout: the recorded modules are read") {
  for (const int minor : {8, 12, 13}) {
    env_test::World world;
    const env_test::PythonTree tree{.minor = minor, .version = cat("3.", minor, ".1")};
    tree.write(world, world.at("py"));
    const auto layout =
        env::read_layout(world.at(cat("py/lib/", tree.name())), static_cast<unsigned>(minor));
    REQUIRE(layout);
    CHECK_EQ(layout->own.size(), 8);
    CHECK_EQ(*layout->user.at("scripts").string(), "{userbase}/bin");
    CHECK_FALSE(layout->is_debian);
  }
  CHECK_FALSE(env::read_layout("/nowhere", 12));
}

}  // namespace
}  // namespace pipit
