#include "operation/change.h"

#include <doctest/doctest.h>

#include "base/file_tree.h"
#include "tests/distribution/fake_builder.h"
#include "tests/operation/operation_fixture.h"

namespace pipit::operation {
namespace {

using operation_test::World;

env::Installed installed(const std::string& name, const std::string& version) {
  env::Installed dist;
  dist.name = name;
  dist.version_text = version;
  return dist;
}

resolve::Chosen chosen(const std::string& name, const std::string& version) {
  resolve::Chosen one;
  one.name = name;
  one.version = *pep::Version::parse(version);
  return one;
}

TEST_CASE("change: lines stand by name, what goes before what comes") {
  const std::vector<env::Installed> there{installed("b", "1"), installed("d", "1"),
                                          installed("a", "1"), installed("b", "0")};
  resolve::Resolution resolution;
  resolution.chosen = {chosen("c", "2"), chosen("b", "2")};
  env::Plan plan;
  plan.add = {{0, {}}, {1, {0, 3}}};
  plan.remove = {1, 2};
  CHECK_EQ(change_lines(plan, resolution, there),
           " - a==1\n - b==1\n - b==0\n + b==2\n + c==2\n - d==1");
}

TEST_CASE("change: what comes from elsewhere says where from") {
  resolve::Resolution resolution;
  resolution.chosen = {chosen("a", "1")};
  resolution.chosen[0].source = *distribution::parse_source("git+https://user:secret@h/a@main");
  env::Plan plan;
  plan.add = {{0, {}}};
  const std::string lines = change_lines(plan, resolution, {});
  CHECK_EQ(lines, " + a==1 (from git+https://h/a@main)");
}

TEST_CASE("change: nothing changes, nothing is said") { CHECK_EQ(change_lines({}, {}, {}), ""); }

/// An installation into the world's target that is resolved, but not yet done.
std::unique_ptr<Operation> resolved(World& world, std::vector<std::string> words) {
  Differences differences;
  differences.changes_environment = true;
  differences.asks_first = true;  // nothing is fetched before change()
  auto operation = world.resolve(world.read(std::move(words)), differences);
  REQUIRE_MESSAGE(operation, world.failure);
  return operation;
}

TEST_CASE("change: a wheel named by path is recorded with its digest, and installed each time") {
  World world;
  const std::string wheel = world.add("far", "3");
  REQUIRE(resolved(world, {wheel})->change());
  const std::string record = world.text_of("target/far-3.dist-info/direct_url.json");
  CHECK(record.find(base::path_to_file_url(wheel)) != std::string::npos);
  CHECK(record.find(base::sha256_hex(world.text_of("wheelhouse/far-3-py3-none-any.whl"))) !=
        std::string::npos);
  world.heard.said();
  REQUIRE(resolved(world, {wheel})->change());  // it may have been replaced since
  const std::string line = cat(" ~ far==3 (from ", base::path_to_file_url(wheel), ")\n");
  CHECK(world.heard.said().ends_with(cat(line, "Installed 1 package\n")));
}

TEST_CASE("change: when one wheel cannot be had the first failure is told, nothing is changed") {
  World world;
  for (const char* name : {"a", "b", "c"}) world.add(name, "1");
  const auto operation = resolved(world, {"a", "b", "c"});
  REQUIRE(base::remove_file(world.at("wheelhouse/b-1-py3-none-any.whl")));
  REQUIRE(base::remove_file(world.at("wheelhouse/c-1-py3-none-any.whl")));
  const auto plan = operation->change();
  REQUIRE_FALSE(plan);
  CHECK(plan.error().message.find("b-1-py3-none-any.whl") != std::string::npos);
  CHECK_FALSE(world.has("target/a"));
}

TEST_CASE("change: a build that fails says who needs it, another failure does not") {
  World world;
  world.add("a", "1", {"b"});
  SUBCASE("a source that tells its metadata, with a backend that is none") {
    world.write(
        "wheelhouse/b-1.tar.gz",
        test::source_tar("b-1", {{"PKG-INFO", "Metadata-Version: 2.2\nName: b\nVersion: 1\n"},
                                 {"pyproject.toml",
                                  "[build-system]\nrequires = []\nbuild-backend = 'none'\n"
                                  "backend-path = ['.']\n"}}));
    const auto operation = resolved(world, {"a"});
    const auto plan = operation->change();
    operation->build_logs()->forget();  // they stay in /tmp otherwise
    REQUIRE_FALSE(plan);
    CHECK_EQ(plan.error().code, Code::build_failed);
    REQUIRE_FALSE(plan.error().hints.empty());
    CHECK_EQ(plan.error().hints.back(), "b is needed by a");
    CHECK_FALSE(world.has("target/a"));
  }
  SUBCASE("a wheel that is gone") {
    const std::string wheel = world.add("b", "1");
    const auto operation = resolved(world, {"a"});
    REQUIRE(base::remove_file(wheel));
    const auto plan = operation->change();
    REQUIRE_FALSE(plan);
    CHECK(plan.error().hints.empty());
  }
}

TEST_CASE("change: a wheel whose files in the cache were edited is fetched again") {
  World world;
  world.add("a", "1");
  world.options.install.link_mode = env::LinkMode::copy;
  REQUIRE(resolved(world, {"a"})->change());
  const auto cached = base::list_tree(world.at("cache"));
  REQUIRE(cached);
  std::string unpacked;
  for (const std::string& path : *cached)
    if (path.ends_with("a/__init__.py")) unpacked = cat("cache/", path);
  REQUIRE_FALSE(unpacked.empty());
  REQUIRE(base::remove_file(world.at(unpacked)));
  world.write(unpacked, "x = 'edited by hand'\n");
  world.options.target.directory = world.at("second");
  SUBCASE("the file is still there") {
    const auto plan = resolved(world, {"a"})->change();
    if (!plan) FAIL(plan.error().message);
    CHECK_EQ(world.text_of("second/a/__init__.py"), "x = 1\n");
  }
  SUBCASE("the file is gone: nothing is installed") {
    const auto operation = resolved(world, {"a"});
    REQUIRE(base::remove_file(world.at("wheelhouse/a-1-py3-none-any.whl")));
    const auto plan = operation->change();
    REQUIRE_FALSE(plan);
    REQUIRE_FALSE(plan.error().hints.empty());
    CHECK(plan.error().hints[0].starts_with("it could not be fetched again: "));
    CHECK_FALSE(world.has("second/a"));
  }
}

TEST_CASE("change: what cannot be removed stays, with a warning") {
  World world;
  world.write("target/old-1.dist-info/METADATA", "Metadata-Version: 2.1\nName: old\nVersion: 1\n");
  InputOptions what;
  what.files = {world.write("sync.txt", "")};
  Differences syncing;
  syncing.changes_environment = syncing.exact = true;
  const auto operation = world.resolve(world.read(what), syncing);
  REQUIRE_MESSAGE(operation, world.failure);
  REQUIRE(operation->change());
  CHECK_EQ(world.heard.warnings(), "old 1: not removed, as its files are not recorded\n");
  CHECK(world.has("target/old-1.dist-info"));
}

TEST_CASE("change: bytecode that is asked for is not made, and that is said") {
  World world;
  world.add("a", "1");
  world.options.install.compile = true;
  REQUIRE(resolved(world, {"a"})->change());
  CHECK_EQ(world.heard.warnings(), "--compile: this version does not compile bytecode\n");
}

}  // namespace
}  // namespace pipit::operation
