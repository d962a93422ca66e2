#include "resolve/scout.h"

#include <doctest/doctest.h>

#include "tests/distribution/fake_index.h"
#include "tests/resolve/world.h"

namespace pipit::resolve {
namespace {

using Names = std::set<std::string>;

World world_of(const std::vector<std::string>& lines) {
  World world;
  for (const std::string& line : lines) REQUIRE_MESSAGE(world.add_line(line), line);
  return world;
}

TEST_CASE("scout: walks from the wants through the best candidates' needs, nobody else asking") {
  const World world =
      world_of({"a 2 | needs b>=1 | needs w ; sys_platform == 'win32'", "a 1 | needs old",
                "b 1 | needs c", "c 1", "old 1", "w 1", "want a"});
  const WorldAnswer answer = world.scout({"a", "b", "c"});
  CHECK(answer.pages == Names{"a", "b", "c"});
  CHECK(answer.metadata ==
        Names{"a-2-py3-none-any.whl", "b-1-py3-none-any.whl", "c-1-py3-none-any.whl"});
}

TEST_CASE("scout: a further requirement changes the guess") {
  const World world =
      world_of({"a 2", "a 1 | needs c", "b 1 | needs a<2", "c 1", "want a", "want b"});
  const WorldAnswer answer = world.scout({"a", "b", "c"});
  CHECK(answer.metadata.contains("a-1-py3-none-any.whl"));
}

TEST_CASE("scout: an extra adds needs, also to what was looked at before") {
  const World world = world_of(
      {"a 1 | extra x | needs c ; extra == 'x'", "b 1 | needs a[x]", "c 1", "want a", "want b"});
  CHECK(world.scout({"a", "b", "c"}).pages.contains("c"));
}

TEST_CASE("scout: for many environments it asks for the newest, and the newest for all of them") {
  const World world =
      world_of({"a 2 | python >=3.12", "a 1 | needs b", "b 1", "want a", "universal 3.9"});
  const WorldAnswer answer = world.scout({"a", "b"});
  CHECK(answer.metadata ==
        Names{"a-2-py3-none-any.whl", "a-1-py3-none-any.whl", "b-1-py3-none-any.whl"});
}

TEST_CASE("scout: what is excluded or quarantined is left alone") {
  const World world = world_of({"a 1 | needs b | needs c", "b 1", "c 1 | needs d", "d 1",
                                "status c quarantined", "want a", "exclude b"});
  const WorldAnswer answer = world.scout({"a", "c"});
  CHECK(answer.pages == Names{"a", "c"});
}

TEST_CASE("scout: what the user names by URL is looked at there, not on an index") {
  const World world = world_of({"a 1 | needs b", "b 2 | needs d", "d 1", "file b 1 | needs c",
                                "c 1", "want a", "want b @ files:b-1-py3-none-any.whl"});
  const WorldAnswer answer = world.scout({"a", "c"});
  CHECK(answer.pages == Names{"a", "c"});
}

TEST_CASE("scout: an override replaces what packages say") {
  const World world = world_of({"a 1 | needs b>=2", "b 2 | needs c", "b 1 | needs d", "c 1", "d 1",
                                "want a", "override b<2", "override c ; sys_platform == 'win32'"});
  const WorldAnswer answer = world.scout({"a", "b", "d"});
  CHECK(answer.pages == Names{"a", "b", "d"});
}

TEST_CASE("scout: what is installed and fits is passed through, its page is not asked for") {
  const World world =
      world_of({"installed a 1 | needs b<2 | needs c | extra x | needs e ; extra == 'x'", "a 1",
                "b 1", "installed c 1 | needs d>=2 | needs a", "c 1", "installed d 1", "d 2",
                "installed e 1", "e 1", "want a[x]"});
  const WorldAnswer answer = world.scout({"b", "d"});
  CHECK(answer.pages == Names{"b", "d"});
}

TEST_CASE("scout: what a constraint or a later requirement refuses is asked for all the same") {
  const World world = world_of({"installed a 1", "a 2", "installed b 1", "b 2", "c 1 | needs b>1",
                                "want a", "want b", "want c", "constrain a>1"});
  const WorldAnswer answer = world.scout({"a", "b", "c"});
  CHECK(answer.pages == Names{"a", "b", "c"});
}

TEST_CASE("scout: a pinned source is asked for even if that may take a build") {
  const World world =
      world_of({"a 1 | files sdist", "b 1 | needs a", "want b", "want a==1", "option lowest"});
  CHECK(world.scout({"a", "b"}).metadata.contains("a-1.tar.gz"));
}

TEST_CASE("scout: old sources are not tried when the lowest versions are wanted") {
  const World newest = world_of({"a 1 | files sdist", "want a"});
  CHECK(newest.scout({"a"}).metadata.contains("a-1.tar.gz"));
  const World lowest = world_of({"a 1 | files sdist", "want a", "option lowest"});
  CHECK(lowest.scout({"a"}).metadata.empty());
}

TEST_CASE("scout: batches after rejections double, and wait until the last one is used up") {
  test::FakeIndex index;
  index::Catalog catalog({}, index.client, index.store, index.pool, index.graph, index.events,
                         index.stop.get_token());
  Policy policy;
  policy.target = World::target_of("3.12", "linux");
  Scout scout(policy, catalog, *index.database, index.stop.get_token());
  CHECK_EQ(scout.batch_size("a", 1), 0);
  CHECK_EQ(scout.batch_size("a", 2), 2);
  CHECK_EQ(scout.batch_size("a", 2), 2);  // 2 asked for, 2 rejected
  CHECK_EQ(scout.batch_size("a", 3), 0);  // 4 asked for
  CHECK_EQ(scout.batch_size("a", 4), 4);
  CHECK_EQ(scout.batch_size("a", 8), 8);
  CHECK_EQ(scout.batch_size("a", 16), 16);
  CHECK_EQ(scout.batch_size("a", 32), 16);  // at most
  CHECK_EQ(scout.batch_size("b", 2), 2);    // each project for itself
  scout.stop();
  CHECK_EQ(scout.batch_size("a", 100), 0);
}

}  // namespace
}  // namespace pipit::resolve
