// Source trees, a folder of wheels and a front end on top of them. No network; the Python that
// builds is this machine's.
#pragma once
#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <vector>

#include "base/events.h"
#include "base/file.h"
#include "base/file_tree.h"
#include "base/mutex.h"
#include "base/path.h"
#include "base/temp_dir.h"
#include "base/text.h"
#include "build_frontend/front_end.h"
#include "env/python/select.h"
#include "net/client.h"
#include "sched/wait_graph.h"
#include "tests/distribution/wheel_maker.h"

namespace pipit::build_test {

/// Ended spans of the build lane with their outcomes.
struct Heard : base::NoEvents {
  void finished(const base::SpanRecord& span) override {
    base::Lock lock(mu);
    if (span.lane == base::Lane::solve) ++solved;
    if (span.lane != base::Lane::build) return;
    spans.push_back(span.name);
    if (span.name.starts_with("hook ")) hooks.push_back(span.name.substr(5));
  }
  base::Mutex mu;
  std::vector<std::string> spans, hooks;
  int solved = 0;
};

inline std::string backend_text(std::string_view body) {
  return cat(
      "import os\n"
      "def wheel(directory, name='demo-1.0-py3-none-any.whl', text='wheel'):\n"
      "    with open(os.path.join(directory, name), 'w') as out: out.write(text)\n"
      "    return name\n",
      body);
}

class World {
 public:
  explicit World(build_frontend::Options options = {}, std::stop_token run_stop = {})
      : directory_(*base::TempDir::create("/tmp", "pipit-build-test-")),
        store({at("cache"), ""}, events),
        client({}, pool, events),
        catalog(catalog_options(), client, store, pool, graph, events, run_stop),
        dists({}, client, store, pool, graph, events, run_stop) {
    REQUIRE(base::make_directories(at("wheels")));
    REQUIRE(base::make_directories(at("logs")));
    if (!options.interpreter && !options.target) {
      options.interpreter = python();
    }
    options.logs = std::make_shared<build_frontend::BuildLogs>(at("logs"));
    front_end = std::make_unique<build_frontend::FrontEnd>(
        std::move(options),
        build_frontend::BuildServices{catalog, dists, store, pool, graph, events, run_stop});
  }
  ~World() {
    front_end.reset();
    pool.shutdown();
    client.shutdown();
  }

  /// This machine's, asked about itself once.
  env::Interpreter python() {
    static std::optional<env::Interpreter> known;
    if (!known) {
      auto found = env::find_interpreter(env::Selector{"", true, false},
                                         env::ProcessEnvironment::current(), store, events, {});
      REQUIRE_MESSAGE(found, found.error().message);
      known = std::move(*found);
    }
    return *known;
  }
  std::string at(std::string_view path) const { return base::join_path(directory_.path(), path); }
  void write(std::string_view path, std::string_view content) {
    REQUIRE(base::make_directories(std::string(base::parent_path(at(path)))));
    REQUIRE(base::write_file(at(path), content));
  }
  void add_wheel(const test::WheelMaker& wheel) {
    write(cat("wheels/", wheel.file_name()), wheel.bytes());
  }
  /// A tree whose backend is in it.
  void add_tree(const std::string& name, std::string_view backend,
                std::string_view requires_ = "") {
    write(cat(name, "/pyproject.toml"),
          cat("[build-system]\nrequires = [", requires_,
              "]\nbuild-backend = \"backend\"\nbackend-path = [\"in\"]\n"));
    write(cat(name, "/in/backend.py"), backend_text(backend));
  }
  std::unique_ptr<distribution::BuildTree> open(const std::string& name, bool editable = false) {
    const std::string scratch = at(cat("scratch-", name, "-", ++opened_));
    REQUIRE(base::make_directories(scratch));
    REQUIRE(base::make_directories(at(cat("out-", name))));
    auto tree = front_end->open({at(name), scratch, name, cat(name, "==1.0"), editable});
    REQUIRE_MESSAGE(tree, tree.error().message);
    return std::move(*tree);
  }
  /// The name of the wheel, or the error with its hints.
  std::string build(const std::string& name, bool editable = false, std::stop_token stop = {}) {
    const auto tree = open(name, editable);
    return shown(tree->build_wheel(at(cat("out-", name)), stop));
  }
  std::string shown(const Result<std::string>& path) {
    if (path) return std::string(base::base_name(*path));
    std::string text = path.error().message;
    for (const std::string& hint : path.error().hints) text += cat("\n", hint);
    return base::replace_all(text, directory_.path(), "/W");
  }
  std::string read(std::string_view path) {
    auto text = base::read_file(at(path), 1u << 24);
    return text ? *text : cat("<", text.error().message, ">");
  }
  /// Where the first build with this scratch folder has its environment.
  std::string environment(std::string_view scratch) {
    const auto inside = base::list_directory(at(scratch));
    REQUIRE(inside);
    REQUIRE_EQ(inside->size(), 1);
    return base::join_path(at(scratch), cat(inside->front().name, "/env"));
  }
  /// What one wrote with wheel(directory, text=…).
  std::string built_text(const std::string& name) {
    return read(cat("out-", name, "/demo-1.0-py3-none-any.whl"));
  }
  std::vector<std::string> logs() {
    std::vector<std::string> names;
    const auto entries = base::list_directory(at("logs"));
    REQUIRE(entries);
    for (const base::DirEntry& entry : *entries) names.push_back(entry.name);
    return names;
  }

 private:
  index::CatalogOptions catalog_options() const {
    index::CatalogOptions options;
    options.find_links = {at("wheels")};
    return options;
  }
  base::TempDir directory_;
  int opened_ = 0;

 public:
  Heard events;
  sched::Pool pool{sched::LaneLimits{}};
  sched::WaitGraph graph;
  cache::Store store;
  net::Client client;
  index::Catalog catalog;
  distribution::Database dists;
  std::unique_ptr<build_frontend::FrontEnd> front_end;
};

}  // namespace pipit::build_test
