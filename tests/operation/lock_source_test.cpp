#include "operation/lock_source.h"

#include <doctest/doctest.h>

#include "operation/lock_output.h"
#include "tests/operation/operation_fixture.h"

namespace pipit::operation {
namespace {

using operation_test::World;

/// The lock of what is resolved, written to `name`.
std::string lock_of(World& world, std::vector<std::string> words,
                    const std::string& name = "pylock.toml") {
  const auto operation = world.resolve(std::move(words));
  REQUIRE(operation);
  const auto text = lock_text(operation->session(), operation->request().policy,
                              operation->inputs(), operation->resolution(), world.at(name));
  if (!text) FAIL(text.error().message);
  return world.write(name, *text);
}

/// What a lock is resolved to: "a==1 b==2", or the error's message.
std::string read_back(World& world, const std::string& file) {
  InputOptions what;
  what.files = {file};
  return world.answer(world.read(what));
}

/// A lock of one package, with these lines.
std::string one(const std::string& lines) {
  return cat("lock-version = '1.0'\ncreated-by = 'test'\n[[packages]]\nname = 'a'\n", lines);
}

std::string answer_of(World& world, const std::string& text) {
  const std::string file = world.write("pylock.toml", text);
  std::string said = read_back(world, file);
  return said.starts_with(file) ? said.substr(file.size()) : said;
}

TEST_CASE("locks: what is locked is read back, though newer versions came since") {
  World world;
  world.add("a", "1", {"b"});
  world.add("b", "1");
  const std::string lock = lock_of(world, {"a"});
  const std::string text = world.text_of("pylock.toml");
  CHECK(text.find("path = \"wheelhouse/a-1-py3-none-any.whl\"") != std::string::npos);
  CHECK(text.find("sha256") != std::string::npos);
  CHECK(text.find("dependencies") != std::string::npos);
  world.add("b", "2");
  CHECK_EQ(read_back(world, lock), "a==1 b==1");
  world.options.index.catalog.find_links.clear();  // by the lock's own path
  CHECK_EQ(read_back(world, lock), "a==1 b==1");
}

TEST_CASE("locks: a file whose bytes are others is not the one that was locked") {
  World world;
  world.add("a", "1");
  const std::string lock = lock_of(world, {"a"});
  world.add("a", "1", {"other"});
  CHECK_EQ(read_back(world, lock), "a==1");  // found by its path, not by its hash
  world.options.target.directory = world.at("target");
  InputOptions what;
  what.files = {lock};
  Differences installing;
  installing.changes_environment = true;
  const auto operation = world.resolve(world.read(what), installing);
  REQUIRE(operation);
  const auto plan = operation->change();
  REQUIRE_FALSE(plan);
  CHECK_EQ(plan.error().code, Code::hash_mismatch);
  CHECK_FALSE(world.has("target/a"));
}

TEST_CASE("locks: of several files of that name the one with the lock's hash is taken") {
  World world;
  world.add("a", "1");
  const std::string lock = lock_of(world, {"a"});
  const std::string right = world.text_of("wheelhouse/a-1-py3-none-any.whl");
  world.add("a", "1", {"other"});
  world.write("right/a-1-py3-none-any.whl", right);
  world.options.index.catalog.find_links.push_back(world.at("right"));
  InputOptions what;
  what.files = {lock};
  const auto operation = world.resolve(world.read(what));
  REQUIRE(operation);
  REQUIRE_EQ(operation->resolution().chosen.size(), 1);
  CHECK_EQ(operation->resolution().chosen[0].file->url,
           base::path_to_file_url(world.at("right/a-1-py3-none-any.whl")));
}

TEST_CASE("locks: wheels by path, and folders") {
  World world;
  const std::string wheel = world.add("far", "3");
  world.write("project/pyproject.toml", "[project]\nname = 'demo'\nversion = '2'\n");
  const std::string lock = lock_of(world, {wheel, world.at("project")});
  const std::string text = world.text_of("pylock.toml");
  CHECK(text.find("path = \"project\"") != std::string::npos);
  CHECK_EQ(read_back(world, lock), "demo==2 far==3");
}

TEST_CASE("locks: of a universal resolution") {
  World world;
  world.add("a", "1", {"b; sys_platform == 'win32'"});
  world.add("b", "1");
  world.options.target.directory.reset();
  world.options.resolution.universal = true;
  const std::string lock = lock_of(world, {"a"});
  CHECK(world.text_of("pylock.toml").find("requires-python = \">=3.12\"") != std::string::npos);
  world.options.resolution.universal = false;
  CHECK_EQ(read_back(world, lock), "a==1");
  world.options.target.foreign.platforms = {"windows"};
  CHECK_EQ(read_back(world, lock), "a==1 b==1");
}

TEST_CASE("locks: what is asked of extras and groups") {
  World world;
  world.add("a", "1");
  world.add("b", "1");
  const auto package = [&](const std::string& name, const std::string& marker) {
    const std::string file = cat(name, "-1-py3-none-any.whl");
    return cat("[[packages]]\nname = '", name, "'\nversion = '1'\nmarker = \"", marker,
               "\"\nwheels = [{ path = 'wheelhouse/", file, "', hashes = { sha256 = '",
               base::sha256_hex(world.text_of(cat("wheelhouse/", file))), "' } }]\n");
  };
  InputOptions what;
  what.files = {
      world.write("pylock.toml",
                  cat("lock-version = '1.0'\ncreated-by = 'test'\nextras = ['x']\n"
                      "dependency-groups = ['dev']\n",
                      package("a", "'x' in extras"), package("b", "'dev' in dependency_groups")))};
  CHECK_EQ(world.answer(world.read(what)), "");
  what.selection.extras = {"x"};
  CHECK_EQ(world.answer(world.read(what)), "a==1");
  what.selection.groups = {{"", "dev"}};
  CHECK_EQ(world.answer(world.read(what)), "a==1 b==1");
  what.selection = {};
  what.selection.all_extras = what.selection.all_groups = true;
  CHECK_EQ(world.answer(world.read(what)), "a==1 b==1");
}

TEST_CASE("locks: what cannot be installed from names the lock and the package") {
  World world;
  const std::string hash(64, 'a');
  const std::pair<std::string, std::string> table[] = {
      {"version = '1'\nwheels = [{ path = 'a-1-cp27-none-any.whl', hashes = { sha256 = '" + hash +
           "' } }]\n",
       ": a: the lock has no file for this platform"},
      {"version = '1'\nwheels = [{ path = 'a-1-py3-none-any.whl', hashes = { sha9 = 'x' } }]\n",
       ": a-1-py3-none-any.whl: no hash of a kind this version knows"},
      {"version = '1'\nwheels = [{ path = 'a-1-py3-none-any.whl', hashes = { sha256 = 'x' } }]\n",
       ": a-1-py3-none-any.whl: not a sha256 digest: x"},
      {"vcs = { type = 'hg', url = 'https://h/a', commit-id = '1' }\n",
       ": a: hg repositories are not supported, only git's"},
      {"vcs = { type = 'git', url = 'https://h/a', commit-id = 'main' }\n",
       ": a: main is not a full commit id"},
      {"version = '1'\nwheels = [{ url = 'ftp://h/a-1-py3-none-any.whl', hashes = { sha256 = '" +
           hash + "' } }]\n",
       ": ftp://h/a-1-py3-none-any.whl: not an http(s) or file URL"},
      {"version = '1'\nwheels = [{ url = 'https://h/a-1-py3-none-any.whl', hashes = { sha256 = '" +
           hash + "' } }]\n",
       ": a-1-py3-none-any.whl: not found with the lock's hash, and --no-index forbids its URL"},
  };
  for (const auto& [lines, message] : table) {
    INFO(lines);
    CHECK_EQ(answer_of(world, one(lines)), message);
  }
  CHECK(answer_of(world, "lock-version = '1.0'\n[[packages\n").starts_with(":2: "));
}

TEST_CASE("locks: a lock from the network names nothing of this machine") {
  World world;
  const std::string hash(64, 'a');
  const auto answer = [&](const std::string& lines) {
    Inputs inputs;
    inputs.locks.push_back({"https://h/x/pylock.toml", one(lines), {}, {}, false, false, true});
    return world.answer(std::move(inputs));
  };
  CHECK(answer("directory = { path = '/etc' }\n")
            .ends_with("a: a lock from the network names a local path"));
  CHECK(answer(cat("version = '1'\nwheels = [{ path = '../../a-1-py3-none-any.whl', hashes = { "
                   "sha256 = '",
                   hash, "' } }]\n"))
            .ends_with(": a path that leaves the folder of a lock from the network"));
  CHECK(answer(cat("version = '1'\nwheels = [{ url = 'file:///a-1-py3-none-any.whl', hashes = { "
                   "sha256 = '",
                   hash, "' } }]\n"))
            .ends_with(": a lock from the network names a local file"));
}

TEST_CASE("locks: two of them must not have the same package") {
  World world;
  world.add("a", "1");
  lock_of(world, {"a"}, "pylock.x.toml");
  lock_of(world, {"a"}, "pylock.y.toml");
  InputOptions what;
  what.files = {world.at("pylock.x.toml"), world.at("pylock.y.toml")};
  CHECK_EQ(world.answer(world.read(what)),
           cat(world.at("pylock.y.toml"), ": a: another lock has it, too"));
}

TEST_CASE("locks: a newer version of the format is read with a warning") {
  World world;
  CHECK_EQ(answer_of(world, "lock-version = '1.9'\ncreated-by = 'test'\npackages = []\n"), "");
  CHECK(world.heard.warnings().find("lock-version 1.9 is newer than 1.0") != std::string::npos);
}

TEST_CASE("locks: what is named by itself must be the project and version that was locked") {
  World world;
  const std::string wheel = world.add("a", "1");
  const std::string hash = base::sha256_hex(world.text_of("wheelhouse/a-1-py3-none-any.whl"));
  const std::string archive =
      cat("archive = { path = 'wheelhouse/a-1-py3-none-any.whl', hashes = { sha256 = '", hash,
          "' } }\n");
  CHECK_EQ(answer_of(world, one(cat("version = '1'\n", archive))), "a==1");
  CHECK_EQ(answer_of(world, one(cat("version = '2'\n", archive))),
           cat(": a: file://", wheel, "#sha256=", hash, " is version 1, not 2"));
  CHECK_EQ(answer_of(world, cat("lock-version = '1.0'\ncreated-by = 'test'\n[[packages]]\n"
                                "name = 'b'\n",
                                archive)),
           cat(": b: file://", wheel, "#sha256=", hash, " is the project a, not b"));
  const std::string url = base::path_to_file_url(wheel);
  CHECK_EQ(answer_of(world, one(cat("archive = { url = '", url, "', hashes = { sha256 = '", hash,
                                    "' } }\n"))),
           "a==1");
}

TEST_CASE("locks: a kind of file that is not allowed is not taken") {
  World world;
  world.add("a", "1");
  const std::string lines = cat(
      "version = '1'\nwheels = [{ path = 'wheelhouse/a-1-py3-none-any.whl', hashes = { sha256 = "
      "'",
      base::sha256_hex(world.text_of("wheelhouse/a-1-py3-none-any.whl")), "' } }]\n");
  CHECK_EQ(answer_of(world, one(lines)), "a==1");
  world.options.resolution.policy.binary.no_binary = {"a"};
  CHECK_EQ(answer_of(world, one(lines)),
           ": a: the lock has no file for this platform that --no-binary allows");
}

TEST_CASE("locks: a path in a lock from the network is seen from that lock") {
  World world;
  Inputs inputs;
  inputs.locks.push_back(
      {"https://u:secret@h/x/pylock.toml?token=1",
       one(cat("version = '1'\nwheels = [{ path = 'f/./a b/../a-1-py3-none-any.whl', hashes = { "
               "sha256 = '",
               std::string(64, 'a'), "' } }]\n")),
       {},
       {},
       false,
       false,
       true});
  const auto operation = world.resolve(std::move(inputs));
  REQUIRE_MESSAGE(operation, world.failure);
  REQUIRE_EQ(operation->resolution().chosen.size(), 1);
  CHECK_EQ(operation->resolution().chosen[0].file->url, "https://h/x/f/a-1-py3-none-any.whl");
}

TEST_CASE("locks: a file of a page of links is taken if its hash is not another") {
  World world;
  const std::string hash(64, 'a'), other(64, 'b');
  const std::string lines = cat(
      "version = '1'\nwheels = [{ url = 'https://h/a-1-py3-none-any.whl', hashes = { sha256 = '",
      hash, "' } }]\n");
  const auto answer = [&](const std::string& fragment) {
    world.options.index.catalog.find_links = {
        world.write("links.html", cat("<a href='https://m/a-1-py3-none-any.whl", fragment, "'>"))};
    return answer_of(world, one(lines));
  };
  CHECK_EQ(answer(cat("#sha256=", hash)), "a==1");
  CHECK_EQ(answer(""), "a==1");
  CHECK(answer(cat("#sha256=", other)).find("not found with the lock's hash") != std::string::npos);
}

}  // namespace
}  // namespace pipit::operation
