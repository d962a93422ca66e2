#include "env/steps.h"
#include "base/file.h"

#include "tests/env/env_fixture.h"

namespace pipit::env {
namespace {

using env_test::World;

TEST_CASE("steps: what was run is undone, latest first, directories too") {
  World world;
  world.write("a", "old");
  world.write("staged", "new");
  {
    Runner runner;
    REQUIRE(runner.make_directories(world.at("made/deep")));
    REQUIRE(runner.run({Step::Kind::move_away, world.at("a"), world.at("made/deep/a")}));
    REQUIRE(runner.run({Step::Kind::place, world.at("staged"), world.at("a")}));
    CHECK_EQ(world.read(world.at("a")), "new");
  }
  CHECK_EQ(world.read(world.at("a")), "old");
  CHECK_EQ(world.read(world.at("staged")), "new");
  CHECK_FALSE(base::exists(world.at("made")));
}

TEST_CASE("steps: committed is done") {
  World world;
  world.write("staged", "new");
  {
    Runner runner;
    REQUIRE(runner.make_directories(world.at("made")));
    REQUIRE(runner.make_directories(world.at("made")));  // there already: nothing to undo
    REQUIRE(runner.run({Step::Kind::place, world.at("staged"), world.at("made/a")}));
    runner.commit();
  }
  CHECK_EQ(world.read(world.at("made/a")), "new");
}

TEST_CASE("steps: a name that appeared meanwhile is not replaced") {
  World world;
  world.write("staged", "new");
  world.write("a", "somebody else's");
  Runner runner;
  const auto ran = runner.run({Step::Kind::place, world.at("staged"), world.at("a")});
  REQUIRE_FALSE(ran);
  CHECK(ran.error().message.starts_with(cat(world.at("a"), ": ")));
  CHECK_EQ(world.read(world.at("a")), "somebody else's");
  CHECK_EQ(world.read(world.at("staged")), "new");
  const auto gone = runner.run({Step::Kind::place, world.at("gone"), world.at("b")});
  REQUIRE_FALSE(gone);
  CHECK(gone.error().message.starts_with(cat(world.at("gone"), ": ")));
}

TEST_CASE("steps: a directory that cannot be made is an error, and a file is not one") {
  World world;
  world.write("file", "");
  Runner runner;
  CHECK_FALSE(runner.make_directories(world.at("file/below")));
  CHECK_FALSE(runner.make_directories(world.at("file")));
}

TEST_CASE("steps: what cannot be restored is named") {
  World world;
  world.write("a", "old");
  Runner runner;
  REQUIRE(runner.run({Step::Kind::move_away, world.at("a"), world.at("trash")}));
  REQUIRE(base::remove_file(world.at("trash")));
  const auto undone = runner.undo();
  REQUIRE_FALSE(undone);
  CHECK_EQ(undone.error().message,
           cat(world.at("a"), ": could not be restored: no such file or directory"));
  CHECK(runner.undo());  // nothing is left to be undone
}

TEST_CASE("steps: all of them, or as far as the first error or stop") {
  World world;
  for (const char* name : {"a", "b", "c"}) world.write(name, name);
  std::vector<Step> steps;
  for (const char* name : {"a", "b", "c"})
    steps.push_back({Step::Kind::place, world.at(name), world.at(cat("to-", name))});
  std::string order;
  {
    Runner runner;
    const auto ran = run_steps(runner, steps,
                               [&](std::size_t step) -> Result<void> {
                                 order += cat(step, " ");
                                 if (step == 2) return fail(Code::io, "planned");
                                 return {};
                               },
                               {});
    REQUIRE_FALSE(ran);
    CHECK_EQ(ran.error().message, "planned");
    CHECK(base::exists(world.at("to-b")));
    CHECK_FALSE(base::exists(world.at("to-c")));
  }
  CHECK_EQ(order, "0 1 2 ");
  CHECK(base::exists(world.at("b")));
  std::stop_source stop;
  stop.request_stop();
  Runner runner;
  const auto ran = run_steps(runner, steps, nullptr, stop.get_token());
  REQUIRE_FALSE(ran);
  CHECK(ran.error().code == Code::cancelled);
  REQUIRE(run_steps(runner, steps, nullptr, {}));
  CHECK(base::exists(world.at("to-c")));
}

// As on an overlay, where a directory of a lower layer cannot be renamed.
TEST_CASE("steps: a directory of another file system is moved entry by entry, and back") {
  World world;
  auto other = base::TempDir::create("/dev/shm", "pipit-env-test-");
  struct stat here{}, there{};
  if (!other || ::stat(world.at("").c_str(), &here) != 0 ||
      ::stat(other->path().c_str(), &there) != 0 || here.st_dev == there.st_dev)
    return;  // one file system only
  const std::string from = cat(other->path(), "/d");
  REQUIRE(base::make_directories(cat(from, "/sub/deep")));
  REQUIRE(::chmod(from.c_str(), 0750) == 0);
  {
    Runner runner;
    REQUIRE(runner.run({Step::Kind::move_away, from, world.at("d")}));
    CHECK(base::is_directory(world.at("d/sub/deep")));
    CHECK_EQ((*base::file_info(world.at("d")))->mode, 0750);
    CHECK_FALSE(base::exists(from));
  }
  CHECK(base::is_directory(cat(from, "/sub/deep")));
  CHECK_EQ((*base::file_info(from))->mode, 0750);
  CHECK_FALSE(base::exists(world.at("d")));
  // A file cannot be moved so: it would be a copy.
  world.write_at(cat(from, "/file"), "x");
  Runner runner;
  CHECK_FALSE(runner.run({Step::Kind::move_away, from, world.at("d")}));
  REQUIRE(runner.undo());
  CHECK_EQ(world.read(cat(from, "/file")), "x");
  CHECK(base::is_directory(cat(from, "/sub/deep")));
}

}  // namespace
}  // namespace pipit::env
