// An index that is a folder is read when its page is asked for: what comes into it later shows
// which pages were asked for before.
#include "operation/prefetch.h"

#include <doctest/doctest.h>

#include <optional>

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
    prediction.emplace(*session, true, std::vector<std::string>());
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
  std::optional<Prediction> prediction;
  std::optional<Session> session;
};

TEST_CASE("prefetch: pages of what is named, where that needs no target to be known") {
  Prefetched run;
  run.world.write("local/pyproject.toml", "[project]\nname = 'local'\nversion = '1'\n");
  const Inputs inputs = run.world.read({"plain", "bound>=2", "marked; python_version < '3'",
                                        cat("local @ file://", run.world.at("local"))});
  prefetch_pages(*run.session, inputs, *run.prediction);
  CHECK_EQ(run.asked({"plain", "bound", "marked", "local", "other"}), "plain bound");
}

env::Installed of_version(const std::string& name, const std::string& version) {
  env::Installed dist;
  dist.name = name;
  dist.version = pep::Version::parse(version);
  return dist;
}

TEST_CASE("prefetch: pages of what is not installed, or not in a version that will do") {
  Prefetched run;
  run.world.write("local/pyproject.toml", "[project]\nname = 'local'\nversion = '1'\n");
  const Inputs inputs = run.world.read({"there", "old>=2", "odd", "marked; python_version < '3'",
                                        "missing", cat("local @ file://", run.world.at("local"))});
  std::vector<env::Installed> there = {of_version("odd", "no version"), of_version("old", "1"),
                                       of_version("there", "1")};
  prefetch_missing(*run.session, inputs, there, *run.prediction);
  CHECK_EQ(run.asked({"there", "old", "odd", "marked", "missing", "local"}), "old odd missing");
}

TEST_CASE("prefetch: until a Python has answered, its own folder is looked through") {
  Prefetched run;
  const auto metadata = [&](const std::string& site, const std::string& name) {
    run.world.write(cat("v/", site, "/", name, "-1.dist-info/METADATA"),
                    cat("Metadata-Version: 2.1\nName: ", name, "\nVersion: 1\n"));
  };
  metadata("lib/python3.12/site-packages", "there");
  metadata("local/lib/python3.11/dist-packages", "debian");
  run.world.write("v/pyvenv.cfg", "home = /usr/bin\n");
  run.world.write("v/bin/python", "");
  const Inputs inputs = run.world.read({"there", "debian", "missing"});
  prefetch_before_run(*run.session, inputs, run.world.at("v/bin/python"),
                      *run.prediction);
  CHECK_EQ(run.asked({"there", "debian", "missing"}), "missing");
}

TEST_CASE("prefetch: of a script it is not known where its Python looks") {
  Prefetched run;
  run.world.write("python", "#!/bin/sh\n");
  prefetch_before_run(*run.session, run.world.read({"one", "two"}), run.world.at("python"),
                      *run.prediction);
  CHECK_EQ(run.asked({"one", "two", "three"}), "one two");
}

}  // namespace
}  // namespace pipit::operation
