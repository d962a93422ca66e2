// The long-lived objects of one command, made top to bottom, torn down bottom to top.
#pragma once
#include <memory>
#include <stop_token>

#include "base/events.h"
#include "cache/store.h"
#include "cli/settings.h"
#include "dist/database.h"
#include "index/catalog.h"
#include "net/client.h"
#include "sched/once_map.h"
#include "sched/pool.h"

namespace pipit::cli {

struct SessionOptions {
  cache::StoreOptions store;
  net::Options net;
  index::CatalogOptions catalog;
  dist::DatabaseOptions dist;
  std::size_t builds = 1, installs = 1;  // at once
};
Result<SessionOptions> session_options(const Settings& settings);

struct Session {
  Session(SessionOptions options, base::Events& events, std::stop_token stop);
  ~Session();  // ends jobs and exchanges before any member goes
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  const std::size_t builds;  // at once
  sched::Pool pool;
  sched::WaitGraph graph;
  cache::Store store;
  net::Client client;
  index::Catalog catalog;
  dist::Database dists;
};

}  // namespace pipit::cli
