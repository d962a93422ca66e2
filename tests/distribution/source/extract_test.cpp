#include "distribution/source/extract.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <string>

#include "base/file.h"
#include "base/file_tree.h"
#include "base/path.h"
#include "base/temp_dir.h"
#include "base/text.h"
#include "tests/archive/tar_maker.h"
#include "tests/archive/zip_maker.h"

namespace pipit::distribution {
namespace {

using test::gzip_bytes;
using test::tar_member;

struct TreeFixture {
  base::TempDir place = *base::TempDir::create("/tmp", "pipit-tree-test-");
  std::string directory = base::join_path(place.path(), "tree");

  Result<std::string> unpack(const std::string& name, const std::string& bytes,
                             const TreeLimits& limits = {}) {
    const std::string path = base::join_path(place.path(), "archive");
    REQUIRE(base::write_file(path, bytes));
    (void)base::remove_tree(directory);
    REQUIRE(base::make_directories(directory));
    return unpack_source(path, name, directory, name, {}, limits);
  }
  std::string text(const std::string& path) {
    return base::read_file(base::join_path(directory, path), 1 << 20).value_or("?");
  }
  std::string files() {
    return base::join(base::list_tree(directory).value_or(std::vector<std::string>{}), " ");
  }
};

std::string error_of(const Result<std::string>& result) {
  return result ? "no error" : result.error().message;
}

TEST_CASE("source tree: a tar.gz is unpacked, its one folder is the project") {
  TreeFixture tree;
  const std::string tar =
      tar_member("demo-1.0/", "", '5') + tar_member("demo-1.0/setup.py", "setup") +
      tar_member("demo-1.0/bin/run", "run", '0', "", 0755) +
      tar_member("demo-1.0/link", "", '2', "bin/run") +
      tar_member("demo-1.0/hard", "", '1', "demo-1.0/setup.py") + std::string(1024, '\0');
  for (const auto& [name, bytes] :
       {std::pair{"demo-1.0.tar.gz", gzip_bytes(tar)}, std::pair{"demo.tgz", gzip_bytes(tar)},
        std::pair{"v1.0", gzip_bytes(tar)}, std::pair{"x.tar", tar}, std::pair{"download", tar}}) {
    CAPTURE(name);
    auto project = tree.unpack(name, bytes);
    REQUIRE_MESSAGE(project.has_value(), error_of(project));
    CHECK(*project == cat(tree.directory, "/demo-1.0"));
    CHECK(tree.files() == "demo-1.0/bin/run demo-1.0/hard demo-1.0/link demo-1.0/setup.py");
    CHECK(tree.text("demo-1.0/link") == "run");
    CHECK(tree.text("demo-1.0/hard") == "setup");
    struct stat info{};
    CHECK(::stat(cat(tree.directory, "/demo-1.0/bin/run").c_str(), &info) == 0);
    CHECK((info.st_mode & 0100) != 0);
    CHECK(::stat(cat(tree.directory, "/demo-1.0/setup.py").c_str(), &info) == 0);
    CHECK((info.st_mode & 0111) == 0);
  }
}

TEST_CASE("source tree: a zip of any name") {
  TreeFixture tree;
  test::ZipMaker zip;
  zip.add({.name = "demo-master/", .method = 0, .mode = 040755});
  zip.add({.name = "demo-master/pyproject.toml", .content = "[project]\n"});
  zip.add({.name = "demo-master/run", .content = "#!/bin/sh\n", .mode = 0100755});
  for (const char* name : {"master.zip", "v1.0", "download", "demo-1.0.zip"}) {
    CAPTURE(name);
    auto project = tree.unpack(name, zip.bytes());
    REQUIRE_MESSAGE(project.has_value(), error_of(project));
    CHECK(*project == cat(tree.directory, "/demo-master"));
    CHECK(tree.text("demo-master/pyproject.toml") == "[project]\n");
    struct stat info{};
    CHECK(::stat(cat(tree.directory, "/demo-master/run").c_str(), &info) == 0);
    CHECK((info.st_mode & 0100) != 0);
  }
}

TEST_CASE("source tree: without one folder at the top, the top is the project") {
  TreeFixture tree;
  auto project = tree.unpack("a.tar.gz",
                             gzip_bytes(tar_member("setup.py", "x") + tar_member("src/a.py", "y")));
  CHECK(project.value_or("?") == tree.directory);
}

TEST_CASE("source tree: name and bytes must say the same") {
  TreeFixture tree;
  test::ZipMaker zip;
  zip.add({.name = "a/b", .content = "c"});
  CHECK(error_of(tree.unpack("demo-1.0.tar.gz", zip.bytes())) ==
        "demo-1.0.tar.gz: is a zip archive, not a gzip as its name says");
  CHECK(error_of(tree.unpack("demo.zip", gzip_bytes(tar_member("a/b", "c")))) ==
        "demo.zip: is a gzip archive, not a zip as its name says");
  CHECK(error_of(tree.unpack("page", "<html></html>")) ==
        "page: its content is neither a .tar.gz nor a .zip");
  CHECK(error_of(tree.unpack("empty", "")) == "empty: its content is neither a .tar.gz nor a .zip");
  CHECK(error_of(tree.unpack("demo-1.0.tar.bz2", "BZh91AY")) ==
        "demo-1.0.tar.bz2: is packed by bzip2; only .tar.gz and .zip can be read");
}

TEST_CASE("source tree: what leads outside leaves nothing there") {
  TreeFixture tree;
  const std::string outside = base::join_path(tree.place.path(), "evil");
  for (const std::string& tar :
       {tar_member("../evil", "x"), tar_member("a/../../evil", "x"), tar_member(outside, "x"),
        tar_member("l", "", '2', "..") + tar_member("l/evil", "x"),
        tar_member("d/l", "", '2', "../..") + tar_member("d/l/evil", "x"),
        tar_member("a/top", "", '2', "..") + tar_member("a/x", "", '2', "top/../evil"),
        tar_member("a/x", "", '2', "late/../../evil") + tar_member("a/late", "", '2', "b/c/d/e") +
            tar_member("a/late", "", '2', ".."),
        tar_member("l", "", '2', "inside") + tar_member("l/evil", "x"),
        tar_member("h", "", '1', "../evil"), tar_member("dev", "", '3'),
        tar_member("fifo", "", '6')}) {
    auto project = tree.unpack("evil.tar.gz", gzip_bytes(tar));
    CHECK_FALSE(project.has_value());
    CHECK(!base::exists(outside));
    CHECK(error_of(project).starts_with("evil.tar.gz: "));
  }
}

TEST_CASE("source tree: a file replaces a link and is not written through it") {
  TreeFixture tree;
  const std::string tar = tar_member("d/a", "old") + tar_member("d/l", "", '2', "a") +
                          tar_member("d/l", "new") + tar_member("d/h", "", '1', "d/a") +
                          tar_member("d/h", "newer");
  auto project = tree.unpack("x.tar.gz", gzip_bytes(tar));
  REQUIRE_MESSAGE(project.has_value(), error_of(project));
  CHECK(tree.text("d/a") == "old");
  CHECK(tree.text("d/l") == "new");
  CHECK(tree.text("d/h") == "newer");
}

TEST_CASE("source tree: limits and the gzip trailer hold") {
  TreeFixture tree;
  const std::string tar = tar_member("d/a", std::string(5000, 'a')) + tar_member("d/b", "b");
  CHECK(error_of(tree.unpack("x.tar.gz", gzip_bytes(tar), {.members = 1})) ==
        "x.tar.gz: has too many members");
  CHECK(error_of(tree.unpack("x.tar.gz", gzip_bytes(tar), {.members = 10, .bytes = 4000})) ==
        "x.tar.gz: unpacks to more than is allowed");
  std::string broken = gzip_bytes(tar);
  broken[broken.size() - 6] ^= 1;
  CHECK_FALSE(tree.unpack("x.tar.gz", broken).has_value());
  std::string cut = gzip_bytes(tar);
  cut.resize(cut.size() - 3);
  CHECK_FALSE(tree.unpack("x.tar.gz", cut).has_value());
}

TEST_CASE("source tree: a tar's times are kept") {
  TreeFixture tree;
  std::string member = tar_member("d/a", "x");
  member.replace(136, 12, test::octal(1'600'000'000, 12));
  member.replace(148, 8, 8, ' ');
  unsigned sum = 0;
  for (std::size_t i = 0; i < 512; ++i) sum += static_cast<unsigned char>(member[i]);
  member.replace(148, 7, test::octal(sum, 7));
  REQUIRE(tree.unpack("x.tar.gz", gzip_bytes(member)).has_value());
  struct stat info{};
  CHECK(::stat(cat(tree.directory, "/d/a").c_str(), &info) == 0);
  CHECK(info.st_mtim.tv_sec == 1'600'000'000);
}

}  // namespace
}  // namespace pipit::distribution
