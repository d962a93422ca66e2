#include "env/change_tree.h"
#include "base/file_tree.h"
#include "base/path.h"

#include "tests/env/env_fixture.h"

namespace pipit::env {
namespace {

using env_test::World;

/// A tree of changes over a World's environment; paths are relative to its site directory.
struct Tree {
  explicit Tree(World& w) : world(w), paths(w.layout), tree(paths) { wheel.label = "w 1"; }

  void remove(std::string_view path) { tree.remove(world.site(path)); }
  ChangeTree::Put add(std::string_view path, bool replace = false) {
    NewFile& file = *files.emplace_back(std::make_unique<NewFile>());
    file.path = world.site(path);
    return tree.put(file, wheel, replace);
  }
  /// "-a +b ~c": removed, added, both; or the error.
  std::string units() {
    unowned.clear();
    const auto found = tree.units([this](const UnownedFile& file) -> Result<void> {
      unowned += cat(base::base_name(file.file->path), " of ", file.wheel->label, ";");
      if (refuse) return fail(Code::bad_environment, "refused");
      return {};
    });
    if (!found) return found.error().message;
    std::string out;
    for (const EntryChange& unit : *found) {
      const std::string name = base::relative_path(world.layout.scheme.purelib, unit.path);
      out += cat(out.empty() ? "" : " ", unit.removed ? (unit.added ? "~" : "-") : "+", name);
    }
    return out;
  }

  World& world;
  LayoutPaths paths;
  WheelFiles wheel;
  ChangeTree tree;
  std::vector<std::unique_ptr<NewFile>> files;
  std::string unowned;
  bool refuse = false;
};

const NewFile* only_file(const Tree& tree) {
  const auto files = tree.tree.files();
  REQUIRE_EQ(files.size(), 1);
  return files.front().file;
}

TEST_CASE("change tree: what is not there yet is added at its highest directory") {
  World world;
  Tree tree(world);
  tree.add("pkg/__init__.py");
  tree.add("pkg/sub/x.py");
  tree.add("one.py");
  CHECK_EQ(tree.units(), "+one.py +pkg");
}

TEST_CASE("change tree: files come back by path, in whatever order they came") {
  World world;
  Tree tree(world);
  for (const char* path : {"b/z.py", "a.py", "b/y/x.py", "b/a.py", "c.py", "b/y/w.py"})
    tree.add(path);
  tree.remove("b/gone.py");
  std::string order;
  for (const auto& put : tree.tree.files())
    order += cat(base::relative_path(world.layout.scheme.purelib, put.file->path), " ");
  CHECK_EQ(order, "a.py b/a.py b/y/w.py b/y/x.py b/z.py c.py ");
  CHECK_EQ(tree.units(), "+a.py +b +c.py");
}

TEST_CASE("change tree: a directory of which all goes is removed whole, or replaced whole") {
  World world;
  for (const char* path : {"pkg/a.py", "pkg/sub/b.py", "gone/c.py"})
    world.write_at(world.site(path), "");
  REQUIRE(base::make_directories(world.site("pkg/empty")));
  Tree tree(world);
  for (const char* path : {"pkg/a.py", "pkg/sub/b.py", "gone/c.py"}) tree.remove(path);
  tree.add("pkg/a.py");
  CHECK_EQ(tree.units(), "-gone ~pkg");
  CHECK_EQ(tree.unowned, "");
}

TEST_CASE("change tree: a directory with a file of another is descended into") {
  World world;
  for (const char* path : {"ns/mine/a.py", "ns/user.txt", "ns/old.py"})
    world.write_at(world.site(path), "");
  Tree tree(world);
  tree.remove("ns/mine/a.py");
  tree.remove("ns/old.py");
  tree.add("ns/mine/a.py");
  tree.add("ns/new.py");
  CHECK_EQ(tree.units(), "~ns/mine +ns/new.py -ns/old.py");
}

TEST_CASE("change tree: scheme directories are never taken whole") {
  World world;
  world.write_at(world.site("only.py"), "");
  Tree tree(world);
  tree.remove("only.py");
  CHECK_EQ(tree.units(), "-only.py");
}

TEST_CASE("change tree: what is gone from disk already needs no change") {
  World world;
  Tree tree(world);
  tree.remove("gone.py");
  tree.remove("gone/deep.py");
  CHECK_EQ(tree.units(), "");
}

TEST_CASE("change tree: a file in the way is asked about") {
  World world;
  world.write_at(world.site("a.py"), "whose?");
  Tree tree(world);
  tree.add("a.py");
  CHECK_EQ(tree.units(), "~a.py");
  CHECK_EQ(tree.unowned, "a.py of w 1;");
  tree.refuse = true;
  CHECK_EQ(tree.units(), "refused");
}

TEST_CASE("change tree: a directory in a file's place, and the reverse, are refused") {
  World world;
  world.write_at(world.site("a/user.txt"), "");
  world.write_at(world.site("b"), "");
  Tree directory(world);
  directory.add("a");
  CHECK_EQ(directory.units(), cat(world.site("a"), ": a directory is in the way of a file of w 1"));
  Tree file(world);
  file.add("b/c.py");
  CHECK_EQ(file.units(), cat(world.site("b"), ": a file is in the way of a directory"));
}

TEST_CASE("change tree: a module becomes a package, and a package a module") {
  World world;
  world.write_at(world.site("m.py"), "");
  world.write_at(world.site("p/__init__.py"), "");
  Tree tree(world);
  tree.remove("m.py");
  tree.add("m.py/x");  // not a real name, but both kinds at one path
  tree.remove("p/__init__.py");
  tree.add("p");
  CHECK_EQ(tree.units(), "~m.py ~p");
  Tree both(world);
  both.add("z");
  both.add("z/y.py");
  CHECK_EQ(both.units(), cat(world.site("z"), ": a file of w 1 and a directory at once"));
}

TEST_CASE("change tree: the first file of a path is kept unless it is replaced") {
  World world;
  Tree tree(world);
  CHECK_EQ(tree.add("a.py").file, nullptr);
  const ChangeTree::Put before = tree.add("a.py");
  CHECK_EQ(before.file, tree.files[0].get());
  CHECK_EQ(before.wheel, &tree.wheel);
  CHECK(only_file(tree) == tree.files[0].get());
  CHECK_EQ(tree.add("a.py", true).file, nullptr);
  CHECK(only_file(tree) == tree.files[2].get());
  tree.add("b/c.py");
  tree.add("a/d.py");
  std::string order;
  for (const auto& put : tree.tree.files()) {
    order += cat(base::base_name(put.file->path), " ");
    CHECK_EQ(put.wheel->label, "w 1");
  }
  CHECK_EQ(order, "d.py a.py c.py ");
}

}  // namespace
}  // namespace pipit::env
