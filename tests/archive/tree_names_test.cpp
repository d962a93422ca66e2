#include "archive/tree_names.h"

#include <doctest/doctest.h>

#include <string>

namespace pipit::archive {
namespace {

std::string fault(const char* text) { return text ? text : ""; }

TEST_CASE("tree names: ordinary members pass, links inside too") {
  TreeNames tree;
  CHECK(fault(tree.add_directory("")) == "");
  CHECK(fault(tree.add_directory("a")) == "");
  CHECK(fault(tree.add_file("a/b/c")) == "");
  CHECK(fault(tree.add_directory("a/b")) == "");
  CHECK(fault(tree.add_symlink("a/link", "b/../b/c")) == "");
  CHECK(fault(tree.add_symlink("a/b/up", "../..")) == "");
  CHECK(fault(tree.add_symlink("a/dangling", "nowhere/at/all")) == "");
  CHECK(fault(tree.add_hardlink("hard", "a/b/c")) == "");
  CHECK(fault(tree.add_hardlink("harder", "./hard")) == "");
  std::string name;
  CHECK(fault(tree.check_links(name)) == "");
}

TEST_CASE("tree names: nothing is written through links or files") {
  TreeNames tree;
  CHECK(fault(tree.add_file("file")) == "");
  CHECK(fault(tree.add_symlink("link", "file")) == "");
  CHECK(fault(tree.add_file("link/x")) == "lies below a link");
  CHECK(fault(tree.add_symlink("link/deep/x", "y")) == "lies below a link");
  CHECK(fault(tree.add_directory("file/x")) == "lies below a file");
  CHECK(fault(tree.add_directory("file")) == "is a directory and a file");
  CHECK(fault(tree.add_directory("d")) == "");
  CHECK(fault(tree.add_file("d")) == "is a directory and a file");
  CHECK(fault(tree.add_file("")) == "a member without a name");
}

TEST_CASE("tree names: a link that leaves by its text is refused") {
  TreeNames tree;
  CHECK(fault(tree.add_symlink("a/l", "../../x")) == "is a link out of the archive");
  CHECK(fault(tree.add_symlink("l", "..")) == "is a link out of the archive");
  CHECK(fault(tree.add_symlink("l", "/etc/passwd")) == "is a link to an absolute path");
  CHECK(fault(tree.add_symlink("l", "")) == "is a link to nothing");
}

TEST_CASE("tree names: a link that leaves by way of another link is refused") {
  TreeNames tree;
  CHECK(fault(tree.add_symlink("d1/d2/top", "../..")) == "");
  // Three up and one down as text; by way of "top" it is above the archive.
  CHECK(fault(tree.add_symlink("d1/d2/x", "top/../evil")) == "is a link out of the archive");
}

TEST_CASE("tree names: a later member cannot turn an early link round") {
  TreeNames tree;
  CHECK(fault(tree.add_symlink("d1/d2/x", "later/../evil")) == "");  // nothing there yet
  CHECK(fault(tree.add_symlink("d1/d2/later", "../..")) == "");
  std::string name;
  CHECK(fault(tree.check_links(name)) == "is a link out of the archive");
  CHECK(name == "d1/d2/x");
}

TEST_CASE("tree names: links in a circle are refused at last") {
  TreeNames tree;
  CHECK(fault(tree.add_symlink("a", "b")) == "");
  CHECK(fault(tree.add_symlink("b", "a")) == "");  // dangling when it came
  std::string name;
  CHECK(fault(tree.check_links(name)) == "is a link in a circle");
  CHECK(name == "a");
  CHECK(fault(tree.add_symlink("c", "a/x")) == "is a link in a circle");
}

TEST_CASE("tree names: a hard link is to a file that was there before") {
  TreeNames tree;
  CHECK(fault(tree.add_file("f")) == "");
  CHECK(fault(tree.add_symlink("s", "f")) == "");
  CHECK(fault(tree.add_directory("d")) == "");
  const std::string none = "is a link to no file of the archive";
  CHECK(fault(tree.add_hardlink("h", "absent")) == none);
  CHECK(fault(tree.add_hardlink("h", "s")) == none);
  CHECK(fault(tree.add_hardlink("h", "d")) == none);
  CHECK(fault(tree.add_hardlink("h", "/f")) == none);
  CHECK(fault(tree.add_hardlink("h", "d/../f")) == "is a link out of the archive");
  CHECK(fault(tree.add_hardlink("f", "f")) == "is a link to itself");
  CHECK(fault(tree.add_hardlink("h", "f")) == "");
}

TEST_CASE("tree names: a later file takes an earlier one's place") {
  TreeNames tree;
  CHECK(fault(tree.add_file("f")) == "");
  CHECK(fault(tree.add_file("f")) == "");
  CHECK(fault(tree.add_symlink("f", "g")) == "");
  CHECK(fault(tree.add_file("f")) == "");
}

}  // namespace
}  // namespace pipit::archive
