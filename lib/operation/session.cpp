// Turns the groups of options into what each room takes.
#include "operation/session.h"

#include "sched/cores.h"

namespace pipit::operation {
namespace {

sched::LaneLimits lane_limits(const Options& options) {
  const std::size_t cores = sched::usable_cores();
  sched::LaneLimits limits;
  limits.page = limits.metadata = cores;
  limits.build = options.build.concurrent;
  limits.disk = options.install.concurrent;
  limits.fetch = options.network.concurrent_downloads;
  return limits;
}

distribution::DatabaseOptions database_options(const Options& options, const SessionNeeds& needs) {
  distribution::DatabaseOptions out;
  out.concurrent_downloads = options.network.concurrent_downloads;
  out.require_hashes = needs.require_hashes;
  out.keep_streamed = needs.keep_streamed && !options.install.two_phase;
  out.unpack_whole = options.install.two_phase;
  out.allow_invalid = options.install.allow_invalid;
  out.default_index = options.index.default_index;
  // Of sources as of pages.
  out.refresh = options.index.catalog.refresh;
  out.refresh_packages = options.index.catalog.refresh_packages;
  return out;
}

}  // namespace

Session::Session(const Options& options, const SessionNeeds& needs, base::Events& sink,
                 std::stop_token token)
    : events(sink),
      stop(std::move(token)),
      pool(lane_limits(options)),
      store(options.cache, events),
      client(options.network, pool, events),
      catalog(options.index.catalog, client, store, pool, graph, events, stop),
      dists(database_options(options, needs), client, store, pool, graph, events, stop) {}

Session::~Session() {
  dists.stop();  // a job of the pool may be a wheel that nobody waits for
  pool.shutdown();
  client.shutdown();
}

}  // namespace pipit::operation
