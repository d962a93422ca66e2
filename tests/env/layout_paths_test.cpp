#include "env/layout_paths.h"

#include "tests/env/env_fixture.h"

namespace pipit::env {
namespace {

using env_test::World;

TEST_CASE("layout paths: below is by component") {
  CHECK(is_below("/a/b", "/a"));
  CHECK(is_below("/a", "/"));
  CHECK_FALSE(is_below("/a", "/a"));
  CHECK_FALSE(is_below("/", "/"));
  CHECK_FALSE(is_below("/ab", "/a"));
  CHECK_FALSE(is_below("/a/", "/a"));
  CHECK_FALSE(is_below("/b/a", "/a"));
}

TEST_CASE("layout paths: links in the directory part are followed, a link at the end is itself") {
  World world;
  world.write_at(world.site("pkg/mod.py"), "");
  REQUIRE(::symlink("pkg", world.site("alias").c_str()) == 0);
  REQUIRE(::symlink("/nowhere", world.site("dangling").c_str()) == 0);
  LayoutPaths paths(world.layout);
  CHECK_EQ(paths.canonical(world.site("alias/mod.py")), world.site("pkg/mod.py"));
  CHECK_EQ(paths.canonical(world.site("alias")), world.site("alias"));
  CHECK_EQ(paths.canonical(world.site("dangling")), world.site("dangling"));
  CHECK_EQ(paths.canonical(world.site("a/../alias/./new/x.py")), world.site("pkg/new/x.py"));
}

TEST_CASE("layout paths: the deepest scheme directory holds a path") {
  World world;
  const LayoutPaths paths(world.layout);
  CHECK_EQ(paths.root_of(world.site("a.py")), world.layout.scheme.purelib);
  CHECK_EQ(paths.root_of(world.at("env/bin/a")), world.layout.scheme.scripts);
  CHECK_EQ(paths.root_of(world.at("env/share/a")), world.layout.scheme.data);
  CHECK_EQ(paths.root_of(world.at("env/include/site/python3.11/a/a.h")), world.layout.scheme.data);
  CHECK_EQ(paths.root_of(world.at("elsewhere/a")), "");
  CHECK(paths.inside(world.site("a.py")));
  CHECK_FALSE(paths.inside(world.at("elsewhere/a")));
  CHECK_FALSE(paths.inside(world.at("env")));
}

TEST_CASE("layout paths: a link below the site is named, also when forgotten; lib64 is none") {
  World world;
  world.write("store/pkg/sub/x.py", "");
  const auto link = [&](const std::string& to, const std::string& at) {
    REQUIRE(::symlink(to.c_str(), at.c_str()) == 0);
    return at;
  };
  const std::string out = link(world.at("store/pkg"), world.site("out"));
  const std::string lost = link("/nowhere", world.site("lost"));
  link(".", world.site("self"));
  link("../../..", world.site("prefix"));
  link("lib", world.at("env/lib64"));
  link(world.at("store"), world.at("env/share"));
  LayoutPaths paths(world.layout);
  CHECK_EQ(paths.link_in_site(world.site("out/sub/../sub/x.py")), out);
  CHECK_EQ(paths.link_in_site(world.at("env/lib64/python3.11/site-packages/out/x.py")), out);
  CHECK_EQ(paths.link_in_site(world.site("lost/x.py")), lost);
  CHECK(paths.forget_link(out));
  CHECK_EQ(paths.link_in_site(world.site("out/x.py")), out);
  for (const std::string& path :
       {out, world.site("self/x.py"), world.site("prefix/x.py"), world.site("new/x.py"),
        world.at("env/share/x"), std::string("/x")})
    CHECK_MESSAGE(paths.link_in_site(path).empty(), path);
}

TEST_CASE("layout paths: directories of the scheme, and above it, are never renamed whole") {
  World world;
  const auto structural = [&](std::string_view path) {
    return LayoutPaths(world.layout).is_structural(world.at(path));
  };
  for (const char* path :
       {"env", "env/bin", "env/lib", "env/lib/python3.11", "env/lib/python3.11/site-packages",
        "env/include", "env/include/python3.11", ""}) {
    CHECK_MESSAGE(structural(path), path);
  }
  for (const char* path : {"env/share", "env/etc", "env/lib/python3.11/site-packages/pkg",
                           "env/include/site", "env/bin/x"}) {
    CHECK_FALSE_MESSAGE(structural(path), path);
  }
  world.layout.shared_prefix = true;
  CHECK(structural("env/share"));
  CHECK_FALSE(structural("env/share/doc"));
}

TEST_CASE("layout paths: interpreters, activation scripts and pyvenv.cfg are protected") {
  World world;
  const LayoutPaths paths(world.layout);
  for (const char* path : {"env/bin/python", "env/bin/python3.11", "env/bin/activate.fish",
                           "env/pyvenv.cfg", "env/PYVENV.CFG"}) {
    CHECK_MESSAGE(paths.is_protected(world.at(path)), path);
  }
  for (const char* path :
       {"env/bin/pip", "env/share/python", "env/share/pyvenv.cfg", "env/bin/sub/python"}) {
    CHECK_FALSE_MESSAGE(paths.is_protected(world.at(path)), path);
  }
}

}  // namespace
}  // namespace pipit::env
