#include "cli/session.h"

namespace pipit::cli {
namespace {

sched::LaneLimits lane_limits(const SessionOptions& options) {
  const std::size_t cores = sched::usable_cores();
  sched::LaneLimits limits;
  limits.page = limits.metadata = limits.disk = limits.build = cores;
  limits.fetch = options.dist.concurrent_downloads;
  return limits;
}

}  // namespace

Result<SessionOptions> session_options(const Settings& settings) {
  SessionOptions options;
  options.store.directory = cache_directory(settings.layers);
  PIPIT_TRY(options.net, net_options(settings.layers));
  PIPIT_TRY(options.catalog, catalog_options(settings.layers, settings.persona));
  options.dist = database_options(settings.layers, options.net);
  return options;
}

Session::Session(SessionOptions options, base::Events& events, std::stop_token stop)
    : pool(lane_limits(options)),
      store(options.store, events),
      client(options.net, pool, events),
      catalog(std::move(options.catalog), client, store, pool, graph, events, stop),
      dists(std::move(options.dist), client, store, pool, graph, events, stop) {}

Session::~Session() {
  pool.shutdown();
  client.shutdown();
}

}  // namespace pipit::cli
