#include "build_frontend/bytecode.h"
#include "base/file.h"
#include "base/file_tree.h"
#include "base/path.h"

#include <doctest/doctest.h>

#include "tests/build_frontend/build_fixture.h"

namespace pipit::build_test {
namespace {

std::string packed(const std::vector<build_frontend::PackedFile>& files) {
  const std::string text = build_frontend::pack_files(files);
  const auto read = build_frontend::unpack_files(text);
  if (!read) return read.error().message;
  std::string out;
  for (const build_frontend::PackedFile& file : *read)
    out += cat(file.path, "=", file.content, ";");
  return out;
}

std::string message_of(std::string_view text) {
  const auto read = build_frontend::unpack_files(text);
  return read ? "read" : read.error().message;
}

/// A wheel with so many modules, which all load each other.
test::WheelMaker many(int count, std::string_view version = "1.0") {
  test::WheelMaker wheel{.name = "many", .version = std::string(version), .files = {}};
  std::string all;
  for (int n = 0; n < count; ++n) {
    wheel.files.push_back({.name = cat("many/m", n, ".py"), .content = "value = 1\n"});
    all += cat("from . import m", n, "\n");
  }
  wheel.files.push_back({.name = "many/__init__.py", .content = all});
  return wheel;
}

constexpr std::string_view kManyBackend = R"(
import many, json, sys
def build_wheel(directory, config_settings=None, metadata_directory=None):
    from importlib._bootstrap_external import _classify_pyc
    code = open(many.m1.__cached__, 'rb').read()
    return wheel(directory, text=str(code[4]))
)";

}  // namespace

TEST_CASE("bytecode: packs of files") {
  CHECK_EQ(packed({}), "");
  CHECK_EQ(packed({{"a/b", "one"}, {"c", ""}, {"d", std::string_view("\0\n", 2)}}),
           std::string("a/b=one;c=;d=\0\n;", 16));
  for (const std::string_view path : {"", "/a", "a/", "a//b", "..", "a/../b", "."})
    CHECK_EQ(packed({{path, "x"}}), "a pack of files with a path that leads elsewhere");
  const std::string good = build_frontend::pack_files({{"a", "xyz"}});
  CHECK_EQ(message_of(""), "not a pack of files");
  for (std::size_t size = 14; size < good.size(); ++size)
    CHECK_EQ(message_of(good.substr(0, size)), "a pack of files that breaks off");
}

TEST_CASE("bytecode: what one build compiled serves the next") {
  World world;
  world.add_wheel(many(12));
  for (const std::string name : {"one", "two"}) {
    world.add_tree(name, kManyBackend, "'many'");
    CHECK_EQ(world.build(name), "demo-1.0-py3-none-any.whl");
  }
  CHECK_EQ(int{world.built_text("one")[0]}, '0');  // compared with its source by time and size
  CHECK_EQ(int{world.built_text("two")[0]}, '1');  // restored, and not written again
  const auto kept = base::list_tree(world.store.bucket_path(cache::Bucket::bytecode));
  REQUIRE(kept);
  CHECK_EQ(kept->size(), 1);
}

TEST_CASE("bytecode: a module that a build changed is that build's affair") {
  World world;
  world.add_wheel(many(12));
  world.add_tree("one",
                 cat("import many, os\n", R"(
source = many.__file__.replace('__init__', 'late')
with open(source, 'w') as out: out.write('value = 2\n')
source = many.__file__.replace('__init__', 'm3')
os.unlink(source)
with open(source, 'w') as out: out.write('value = 9\n')
os.unlink(many.m3.__cached__)
import importlib
importlib.reload(many.m3)
)",
                     kManyBackend),
                 "'many'");
  world.add_tree("two", cat("import many\n", R"(
def build_wheel(directory, config_settings=None, metadata_directory=None):
    return wheel(directory, text=str(many.m3.value))
)"),
                 "'many'");
  CHECK_EQ(world.build("one"), "demo-1.0-py3-none-any.whl");
  CHECK_EQ(world.build("two"), "demo-1.0-py3-none-any.whl");
  CHECK_EQ(world.built_text("two"), "1");
}

TEST_CASE("bytecode: a damaged entry is passed over, and made anew") {
  World world;
  world.add_wheel(many(12));
  world.add_tree("one", kManyBackend, "'many'");
  world.build("one");
  const std::string bucket = world.store.bucket_path(cache::Bucket::bytecode);
  const auto kept = base::list_tree(bucket);
  REQUIRE(kept);
  REQUIRE_EQ(kept->size(), 1);
  REQUIRE(base::write_file(base::join_path(bucket, kept->front()), "pipit-pack 1\nbroken"));
  for (const std::string_view flag : {"0", "1"}) {
    world.build("one");
    CHECK_EQ(world.built_text("one"), flag);
  }
}

}  // namespace pipit::build_test
