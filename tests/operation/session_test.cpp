#include "operation/session.h"

#include <doctest/doctest.h>

#include "sched/cores.h"
#include "tests/operation/operation_fixture.h"

namespace pipit::operation {
namespace {

using operation_test::World;

TEST_CASE("session: each lane has the limit of its option") {
  World world;
  world.options.build.concurrent = 3;
  world.options.install.concurrent = 5;
  world.options.network.concurrent_downloads = 7;
  const Session session(world.options, {}, world.heard, {});
  CHECK_EQ(session.pool.limit(base::Lane::build), 3);
  CHECK_EQ(session.pool.limit(base::Lane::disk), 5);
  CHECK_EQ(session.pool.limit(base::Lane::fetch), 7);
  CHECK_EQ(session.pool.limit(base::Lane::page), sched::usable_cores());
  CHECK_EQ(session.pool.limit(base::Lane::metadata), sched::usable_cores());
}

TEST_CASE("session: cache, network and indexes are those of the options") {
  World world;
  world.options.index.catalog.indexes = {*base::parse_url("https://i.example/simple/")};
  Session session(world.options, {}, world.heard, {});
  CHECK_EQ(session.store.directory(), world.at("cache"));
  CHECK(session.client.options().offline);
  REQUIRE_EQ(session.catalog.options().indexes.size(), 1);
  const auto page = session.catalog.page("demo", {});
  REQUIRE_FALSE(page);
  CHECK_EQ(page.error().code, Code::offline);
}

TEST_CASE("session: a wheel without a hash is refused where hashes are required") {
  World world;
  world.add("a", "1");
  for (const bool required : {false, true}) {
    SessionNeeds needs;
    needs.require_hashes = required;
    Session session(world.options, needs, world.heard, {});
    const auto page = session.catalog.page("a", {});
    REQUIRE(page);
    REQUIRE_EQ((*page)->releases.size(), 1);
    const auto wheel = session.dists.wheel(index::only_file(*page), {}, {});
    CHECK_EQ(wheel.has_value(), !required);
    if (!wheel) CHECK_EQ(wheel.error().code, Code::hash_mismatch);
  }
}

}  // namespace
}  // namespace pipit::operation
