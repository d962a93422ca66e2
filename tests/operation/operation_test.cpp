#include "operation/operation.h"

#include <doctest/doctest.h>

#include "tests/operation/operation_fixture.h"

namespace pipit::operation {
namespace {

using operation_test::World;

Differences installing() {
  Differences differences;
  differences.changes_environment = true;
  differences.prefetch = Differences::Prefetch::before_run;
  return differences;
}
Differences syncing() {
  Differences differences = installing();
  differences.exact = true;
  differences.prefetch = Differences::Prefetch::none;
  return differences;
}

/// Resolves and changes; what was said, or the error's message.
std::string change(World& world, Inputs inputs, Differences differences) {
  const auto operation = world.resolve(std::move(inputs), std::move(differences));
  if (!operation) return world.failure;
  const auto plan = operation->change();
  return plan ? world.heard.said() : plan.error().message;
}
std::string install(World& world, std::vector<std::string> words) {
  return change(world, world.read(std::move(words)), installing());
}
std::string sync(World& world, const std::string& text) {
  InputOptions what;
  what.files = {world.write("sync.txt", text)};
  return change(world, world.read(what), syncing());
}

TEST_CASE("operation: what is asked for is installed with its dependencies") {
  World world;
  world.add("a", "1", {"b>=2"});
  world.add("b", "1");
  world.add("b", "2");
  CHECK_EQ(install(world, {"a"}),
           "Resolved 2 packages\nPrepared 2 packages\n"
           " + a==1\n + b==2\nInstalled 2 packages\n");
  CHECK(world.has("target/a/__init__.py"));
  CHECK_EQ(world.text_of("target/b-2.dist-info/INSTALLER"), "pipit\n");
}

TEST_CASE("operation: what is there already stays, and nothing is asked for") {
  World world;
  world.add("a", "1");
  install(world, {"a"});
  CHECK_EQ(install(world, {"a"}), "Resolved 1 package\nChecked 1 package: nothing to do\n");
  world.add("a", "2");
  CHECK_EQ(install(world, {"a"}), "Resolved 1 package\nChecked 1 package: nothing to do\n");
  world.options.resolution.upgrade = true;
  const std::string said = install(world, {"a"});
  CHECK(said.ends_with(" - a==1\n + a==2\nInstalled 1 package (1 changed)\n"));
  world.options.install.reinstall = true;
  CHECK(install(world, {"a"}).ends_with(" ~ a==2\nInstalled 1 package\n"));
}

TEST_CASE("operation: a dry run says what would be, and does nothing") {
  World world;
  world.add("a", "1");
  world.options.dry_run = true;
  CHECK_EQ(install(world, {"a"}), "Resolved 1 package\n + a==1\nWould install 1 package\n");
  CHECK_FALSE(world.has("target/a"));
}

TEST_CASE("operation: exact: what is not listed is removed, dependencies are not added") {
  World world;
  world.add("a", "1", {"b"});
  world.add("b", "1");
  world.add("c", "1");
  install(world, {"c", "b"});
  CHECK(sync(world, "a==1\n")
            .ends_with(" + a==1\n - b==1\n - c==1\nInstalled 1, removed 2 packages\n"));
  CHECK_FALSE(world.has("target/b"));
  CHECK(world.has("target/a"));
  CHECK(sync(world, "").ends_with(" - a==1\nRemoved 1 package\n"));
}

TEST_CASE("operation: an error of the resolution changes nothing") {
  World world;
  world.add("a", "1", {"b>=2"});
  world.add("b", "1");
  CHECK(install(world, {"a"}).find("b") != std::string::npos);
  CHECK_FALSE(world.has("target"));
}

TEST_CASE("operation: hashes that are named are demanded of all, and checked") {
  World world;
  const std::string file = world.add("a", "1", {"b"});
  world.add("b", "1");
  const std::string digest = base::sha256_hex(world.text_of("wheelhouse/a-1-py3-none-any.whl"));
  const auto of_file = [&](const std::string& text) {
    InputOptions what;
    what.files = {world.write("r.txt", text)};
    return change(world, world.read(what), installing());
  };
  CHECK(of_file(cat("a==1 --hash=sha256:", digest, "\n"))
            .starts_with("b 1 (needed by a): hashes are required, and it has none"));
  CHECK(of_file(cat("a==1 --hash=sha256:", digest, "\nb==1\n"))
            .ends_with(": hashes are required, and it has none"));
  world.options.resolution.require_hashes = false;
  CHECK(of_file(cat("a==1 --hash=sha256:", digest, "\n"))
            .ends_with(" + a==1\n + b==1\nInstalled 2 packages\n"));
  world.options.resolution.require_hashes = true;
  world.options.install.reinstall = true;
  CHECK(of_file("a\n").ends_with(": hashes are required, so it must be pinned with =="));
}

TEST_CASE("operation: a file that is to be written asks for hashes only if it is to have them") {
  World world;
  world.add("a", "1");
  Differences compiling;
  compiling.checks_hashes = false;
  const auto has_wheel = [&] {
    const auto operation = world.resolve(world.read({"a"}), compiling);
    REQUIRE_MESSAGE(operation, world.failure);
    const index::FilePtr file = operation->resolution().chosen.at(0).file;
    return operation->session().dists.wheel(file, {}, {}).has_value();
  };
  CHECK(has_wheel());
  world.options.resolution.require_hashes = false;
  CHECK(has_wheel());
  world.options.resolution.require_hashes = true;
  CHECK_FALSE(has_wheel());
}

TEST_CASE("operation: without an environment any platform can be resolved for") {
  World world;
  world.add("a", "1", {"b; sys_platform == 'win32'"});
  world.add("b", "1");
  world.options.target.directory.reset();
  CHECK_EQ(world.answer({"a"}), "a==1");
  world.options.target.foreign.platforms = {"windows"};
  CHECK_EQ(world.answer({"a"}), "a==1 b==1");
}

TEST_CASE("operation: universal: all environments, or those that are named") {
  World world;
  world.add("a", "1", {"b; sys_platform == 'win32'", "c; sys_platform == 'linux'"});
  world.add("b", "1");
  world.add("c", "1");
  world.options.target.directory.reset();
  world.options.resolution.universal = true;
  CHECK_EQ(world.answer({"a"}),
           "a==1 b==1 ; sys_platform == \"win32\" c==1 ; sys_platform == \"linux\"");
  world.options.resolution.environments = {
      {*pep::Marker::parse("sys_platform == 'linux'"), "--environment"}};
  CHECK_EQ(world.answer({"a"}),
           "a==1 ; sys_platform == \"linux\" c==1 ; sys_platform == \"linux\"");
  Differences locking;
  locking.states_environments = true;
  CHECK_EQ(world.answer(world.read({"a"}), locking), "a==1 c==1");
}

TEST_CASE("operation: an earlier output's pins are kept until they are upgraded") {
  World world;
  world.add("a", "1");
  world.add("a", "2");
  world.add("b", "1");
  world.add("b", "2");
  Differences compiling;
  compiling.earlier_output = world.write("out.txt", "a==1\nb==1\n");
  CHECK_EQ(world.answer(world.read({"a", "b"}), compiling), "a==1 b==1");
  world.options.resolution.upgrades = {*pep::parse_requirement("a")};
  CHECK_EQ(world.answer(world.read({"a", "b"}), compiling), "a==2 b==1");
  world.options.resolution.upgrade = true;
  CHECK_EQ(world.answer(world.read({"a", "b"}), compiling), "a==2 b==2");
  compiling.earlier_output = world.at("absent.txt");
  world.options.resolution.upgrade = false;
  CHECK_EQ(world.answer(world.read({"b"}), compiling), "b==2");
}

TEST_CASE("operation: a version that --upgrade-package names is a constraint") {
  World world;
  world.add("a", "1");
  world.add("a", "2");
  world.options.resolution.upgrades = {*pep::parse_requirement("a<2")};
  CHECK_EQ(world.answer({"a"}), "a==1");
}

TEST_CASE("operation: files may name packages by path: their name is found out") {
  World world;
  const std::string wheel = world.add("far", "3", {"b"});
  world.add("b", "1");
  CHECK_EQ(world.answer({wheel}), "b==1 far==3");
  CHECK_EQ(world.answer({cat("near @ file://", wheel)}),
           cat("near: file://", wheel, " is the project far, not near"));
  const std::string other = world.write("other/far-3-py3-none-any.whl",
                                        world.text_of("wheelhouse/far-3-py3-none-any.whl"));
  const std::string both = world.answer({wheel, other});
  CHECK(both.starts_with("far: is asked for from two places: "));
}

TEST_CASE("operation: a project's own table is enough: nothing is built") {
  World world;
  world.add("b", "1");
  world.add("c", "1");
  world.write("project/pyproject.toml",
              "[project]\nname = 'demo'\nversion = '2'\nrequires-python = '>=3.9'\n"
              "dependencies = ['b']\n[project.optional-dependencies]\nx = ['c']\n");
  CHECK_EQ(world.answer({world.at("project")}), "b==1 demo==2");
  CHECK_EQ(world.answer({world.at("project") + "[x]"}), "b==1 c==1 demo==2");
  InputOptions what;
  what.requirements = {world.at("project") + "[x]"};
  what.only_deps = true;
  CHECK_EQ(world.answer(world.read(what)), "b==1 c==1");
}

TEST_CASE("operation: a project for another Python is refused") {
  World world;
  InputOptions what;
  what.files = {world.write(
      "pyproject.toml", "[project]\nname = 'demo'\nversion = '2'\nrequires-python = '>=3.13'\n")};
  CHECK_EQ(world.answer(world.read(what)),
           cat(world.at("pyproject.toml"), ": requires Python >=3.13, but this is Python 3.12.0"));
}

}  // namespace
}  // namespace pipit::operation
