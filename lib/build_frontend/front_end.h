// Builds wheels from source trees by PEP 517, 518 and 660: our own resolver and installer make an
// environment with what the tree requires, and the backend's hooks run in it.
#pragma once
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/events.h"
#include "build_frontend/build_options.h"
#include "cache/store.h"
#include "distribution/builder.h"
#include "distribution/database.h"
#include "index/catalog.h"
#include "sched/gate.h"
#include "sched/once_map.h"
#include "sched/pool.h"
#include "sched/wait_graph.h"

namespace pipit::build_frontend {

/// What a build uses; all of it outlives the front end.
struct BuildServices {
  index::Catalog& catalog;
  distribution::Database& dists;
  cache::Store& store;
  sched::Pool& pool;
  sched::WaitGraph& graph;
  base::Events& events;
  std::stop_token stop;  // the run's
};

class FrontEnd final : public distribution::Builder {
 public:
  FrontEnd(Options options, const BuildServices& services);
  ~FrontEnd() override;

  const pep::Target& target() const override;
  std::string interpreter_key() const override;
  std::string settings_digest(const std::string& project) const override;
  /// The trees must be destroyed before the front end.
  Result<std::unique_ptr<distribution::BuildTree>> open(
      const distribution::BuildOrder& order) override;
  /// The most hooks that ever ran at once.
  std::uint64_t TEST_high_water() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace pipit::build_frontend
