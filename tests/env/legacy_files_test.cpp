// What goes with distributions of the time before RECORD, and what must not.
#include "env/legacy_files.h"
#include "base/file.h"
#include "base/file_tree.h"
#include "env/plan.h"

#include "tests/env/env_fixture.h"

namespace pipit::env {
namespace {

using env_test::World;

void add_egg_info(World& world, const std::string& name, std::string_view top_level) {
  const std::string info = world.site(cat(name, "-1-py3.11.egg-info"));
  world.write_at(cat(info, "/PKG-INFO"), cat("Name: ", name, "\nVersion: 1\n"));
  world.write_at(cat(info, "/top_level.txt"), top_level);
}

/// Of site-packages and bin.
std::string left(const World& world) {
  std::string out;
  for (const auto& [path, content] : world.tree()) {
    const std::string_view site = "lib/python3.11/site-packages/";
    if (path.starts_with(site) && base::is_regular_file(base::join_path(world.at("env"), path)))
      out += cat(path.substr(site.size()), " ");
    if (path.starts_with("bin/") && path != "bin/python") out += cat(path, " ");
  }
  return out;
}

TEST_CASE("legacy: modules of top_level.txt go in every form, and the commands") {
  World world;
  add_egg_info(world, "old", "\nold\n\n_fast\nsingle\r\nabsent\n");
  world.write_at(world.site("old-1-py3.11.egg-info/entry_points.txt"),
                 "[console_scripts]\nold = old:main\npython = old:main\n");
  world.write_at(world.site("old-1-py3.11.egg-info/scripts/old-sh"), "");
  for (const char* path :
       {"old/__init__.py", "old/deep/x.py", "_fast.cpython-311-x86_64-linux-gnu.so", "single.py",
        "__pycache__/single.cpython-311.pyc", "_faster.so", "single_other.py", "mine.py"})
    world.write_at(world.site(path), "");
  for (const char* name : {"old", "old-sh", "other"}) world.write(cat("env/bin/", name), "");
  REQUIRE(world.uninstall("old"));
  CHECK_EQ(left(world), "bin/other _faster.so mine.py single_other.py ");
  CHECK(base::exists(world.layout.python));
}

TEST_CASE("legacy: lines that lead elsewhere, namespaces and others' files are left") {
  World world;
  add_egg_info(world, "old", ".\n..\n/\n../../../../outside\nshared/../../x\n~\nshared\nspace\n");
  world.write_at(world.site("old-1-py3.11.egg-info/namespace_packages.txt"), "space\n");
  world.write("outside/x.py", "");
  world.write_at(world.site("space/other.py"), "");
  world.write_at(world.site("shared/mine.py"), "");
  world.write_at(world.site("shared/theirs.py"), "");
  world.dist("theirs-1");
  world.write_at(world.site("theirs-1.dist-info/RECORD"), "shared/theirs.py,,\n");
  REQUIRE(world.uninstall("old"));
  CHECK_EQ(
      left(world),
      "shared/theirs.py space/other.py theirs-1.dist-info/METADATA theirs-1.dist-info/RECORD ");
  CHECK(base::exists(world.at("outside/x.py")));
}

TEST_CASE("legacy: an empty top_level.txt takes nothing along") {
  World world;
  add_egg_info(world, "empty", "\n");
  world.write_at(world.site("mine.py"), "");
  REQUIRE(world.uninstall("empty"));
  CHECK_EQ(left(world), "mine.py ");
}

TEST_CASE("legacy: a package that is a link goes as a link") {
  World world;
  add_egg_info(world, "old", "old\n");
  world.write("work/old/__init__.py", "");
  REQUIRE(::symlink(world.at("work/old").c_str(), world.site("old").c_str()) == 0);
  REQUIRE(world.uninstall("old"));
  CHECK_FALSE(base::file_info(world.site("old"))->has_value());
  CHECK(base::exists(world.at("work/old/__init__.py")));
}

TEST_CASE("legacy: an egg goes with its line, an archive too, and a wheel replaces it") {
  World world;
  world.write_at(world.site("dir-1-py3.11.egg/EGG-INFO/PKG-INFO"), "Name: dir\nVersion: 1\n");
  world.write_at(world.site("dir-1-py3.11.egg/EGG-INFO/entry_points.txt"),
                 "[console_scripts]\ndir = dir:main\n");
  world.write_at(world.site("dir-1-py3.11.egg/dir.py"), "");
  world.write_at(world.site("zip-2-py3.11.egg"), "PK");
  world.write("env/bin/dir", "");
  const std::string pth = world.site("easy-install.pth");
  world.write_at(pth, cat("./dir-1-py3.11.egg\n", world.site("zip-2-py3.11.egg"), "\n/other\n"));
  CHECK_EQ(world.installed(), "dir 1\nzip 2\n");
  REQUIRE(world.uninstall("zip"));
  CHECK_EQ(world.read(pth), "./dir-1-py3.11.egg\n/other\n");
  REQUIRE(world.install({world.wheel("dir", "3", {{"dir.py", "new"}})}));
  CHECK_EQ(world.read(pth), "/other\n");
  CHECK_EQ(world.installed(), "dir 3\n");
  CHECK_FALSE(base::exists(world.site("dir-1-py3.11.egg")));
  CHECK_FALSE(base::exists(world.at("env/bin/dir")));
}

TEST_CASE("legacy: the commands of a development link go, its folder stays") {
  World world;
  world.write_at(world.at("src/dev.egg-info/PKG-INFO"), "Name: dev\nVersion: 4.0\n");
  world.write_at(world.at("src/dev.egg-info/entry_points.txt"),
                 "[gui_scripts]\ndev = dev:main\nkept = dev:main\n");
  world.write_at(world.site("dev.egg-link"), cat(world.at("src"), "\n."));
  world.write_at(world.site("easy-install.pth"), cat(world.at("src"), "/\n"));
  for (const char* name : {"dev", "kept"}) world.write(cat("env/bin/", name), "");
  world.dist("owner-1");
  world.write_at(world.site("owner-1.dist-info/RECORD"), "../../../bin/kept,,\n");
  REQUIRE(world.uninstall("dev"));
  CHECK_EQ(left(world), "bin/kept owner-1.dist-info/METADATA owner-1.dist-info/RECORD ");
  CHECK(base::exists(world.at("src/dev.egg-info/PKG-INFO")));
}

TEST_CASE("legacy: sync takes a list of modules for no list of files") {
  World world;
  add_egg_info(world, "old", "old\n");
  const auto all = list_installed(world.layout, world.heard);
  REQUIRE(all);
  CHECK(is_unlisted_egg_info(all->front()) == false);
  PlanOptions options;
  options.exact = true;
  CHECK_EQ(make_plan(*all, {}, options).unremovable.size(), 1);
}

}  // namespace
}  // namespace pipit::env
