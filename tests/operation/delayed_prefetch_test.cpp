// An index that is a folder is read when its page is asked for: what comes into it later shows
// which pages were asked for before.
#include "operation/delayed_prefetch.h"

#include <doctest/doctest.h>
#include <stdlib.h>

#include <chrono>
#include <optional>

#include "tests/net/loopback_server.h"
#include "tests/operation/operation_fixture.h"

namespace pipit::operation {
namespace {

using operation_test::World;

struct Prefetched {
  Prefetched() {
    world.options.index.catalog.find_links.clear();
    world.options.index.catalog.indexes = {
        *base::parse_url(base::path_to_file_url(world.at("simple")))};
    REQUIRE(base::make_directories(world.at("simple")));
    session.emplace(world.options, SessionNeeds{}, world.heard, std::stop_token());
  }
  /// Which of the projects were asked for by now.
  std::string asked(const std::vector<std::string>& projects) {
    std::vector<std::string> names;
    for (const std::string& name : projects) {
      world.write(cat("simple/", name, "/", name, "-1.zip"), "");
      const auto page = session->catalog.page(name, {});
      REQUIRE(page);
      if (!(*page)->found) names.push_back(name);
    }
    return base::join(names, " ");
  }
  World world;
  std::optional<Session> session;
};

TEST_CASE("prefetch: pages of what is named, where that needs no target to be known") {
  Prefetched run;
  run.world.write("local/pyproject.toml", "[project]\nname = 'local'\nversion = '1'\n");
  const Inputs inputs = run.world.read({"plain", "bound>=2", "marked; python_version < '3'",
                                        cat("local @ file://", run.world.at("local"))});
  prefetch_pages(*run.session, inputs);
  CHECK_EQ(run.asked({"plain", "bound", "marked", "local", "other"}), "plain bound");
}

TEST_CASE("prefetch: pages of what is not installed") {
  Prefetched run;
  resolve::Problem request;
  request.roots = run.world.read({"there", "missing"}).roots;
  request.roots.push_back(request.roots.back());
  request.roots.back().requirement.name = "direct";
  request.roots.back().source.emplace();
  request.present["there"] = {*pep::Version::parse("1"), nullptr};
  prefetch_missing(*run.session, request);
  CHECK_EQ(run.asked({"there", "missing", "direct"}), "missing");
}

TEST_CASE("prefetch: one that is ended at once asks for nothing") {
  // On a machine that stalls it may live longer than it was meant to: then another one is made.
  for (int attempt = 0; attempt < 50; ++attempt) {
    Prefetched run;
    const Inputs inputs = run.world.read({"plain"});
    const auto begin = std::chrono::steady_clock::now();
    {
      const DelayedPrefetch delayed(*run.session, inputs);
    }
    if (std::chrono::steady_clock::now() - begin >= std::chrono::milliseconds(5)) continue;
    CHECK_EQ(run.asked({"plain"}), "");
    return;
  }
  FAIL("never ended within 5 ms");
}

TEST_CASE("prefetch: one that lives longer asks for the pages") {
  ::setenv("NO_PROXY", "127.0.0.1", 1);
  World world;
  net::LoopbackServer server([](const net::Asked&, net::LoopbackServer::Peer& peer) {
    return peer.answer("<a href=\"plain-1.zip\">");
  });
  world.options.network.offline = false;
  world.options.network.read_netrc = false;
  world.options.index.catalog.find_links.clear();
  world.options.index.catalog.indexes = {server.url("/simple/")};
  Session session(world.options, {}, world.heard, {});
  const Inputs inputs = world.read({"plain"});
  {
    const DelayedPrefetch delayed(session, inputs);
    for (int i = 0; i < 2000 && server.targets().empty(); ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  CHECK_EQ(server.targets(), "/simple/plain/");
  const auto page = session.catalog.page("plain", {});
  REQUIRE(page);
  CHECK_EQ((*page)->files.size(), 1);
  CHECK_EQ(server.targets(), "/simple/plain/");  // once a run
  ::unsetenv("NO_PROXY");
}

}  // namespace
}  // namespace pipit::operation
