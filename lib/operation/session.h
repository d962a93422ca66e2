// The long-lived objects of one command, made top to bottom, torn down bottom to top.
#pragma once
#include <memory>
#include <stop_token>

#include "base/events.h"
#include "cache/store.h"
#include "distribution/database.h"
#include "index/catalog.h"
#include "net/client.h"
#include "operation/options.h"
#include "sched/once_map.h"
#include "sched/pool.h"
#include "sched/wait_graph.h"

namespace pipit::operation {

/// What not the options say, but what is done.
struct SessionNeeds {
  bool require_hashes = false;
  bool keep_streamed = false;  // a wheel that is read for its metadata is wanted itself
};

struct Session {
  /// `events` outlives it.
  Session(const Options& options, const SessionNeeds& needs, base::Events& events,
          std::stop_token stop);
  ~Session();  // ends jobs and exchanges before any member goes
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  base::Events& events;
  const std::stop_token stop;
  sched::Pool pool;
  sched::WaitGraph graph;
  cache::Store store;
  net::Client client;
  index::Catalog catalog;
  distribution::Database dists;
};

}  // namespace pipit::operation
