#include "cli/session.h"

#include "base/file.h"

namespace pipit::cli {
namespace {

sched::LaneLimits lane_limits(const SessionOptions& options) {
  const std::size_t cores = sched::usable_cores();
  sched::LaneLimits limits;
  limits.page = limits.metadata = cores;
  limits.build = options.builds;
  limits.disk = options.installs;
  limits.fetch = options.dist.concurrent_downloads;
  return limits;
}

/// Where a stand-in for the cache goes when there is neither TMPDIR nor /tmp (an empty root):
/// beside the target, which has to be written anyway. "" : the usual places.
std::string temporary_parent(const Layers& layers) {
  if (base::environment("TMPDIR") || base::is_directory("/tmp")) return "";
  std::string directory = base::absolute_path(layers.value("target").value_or("."));
  while (directory.size() > 1 && !base::is_directory(directory))
    directory = std::string(base::parent_path(directory));
  return directory;
}

}  // namespace

Result<SessionOptions> session_options(const Settings& settings) {
  SessionOptions options;
  options.store.directory = cache_directory(settings.layers);
  options.store.temporary_parent = temporary_parent(settings.layers);
  PIPIT_TRY(options.net, net_options(settings.layers));
  PIPIT_TRY(options.catalog, catalog_options(settings.layers, settings.persona));
  const std::size_t cores = sched::usable_cores();
  PIPIT_TRY(options.builds, concurrency(settings.layers, "concurrent-builds", cores));
  PIPIT_TRY(options.installs, concurrency(settings.layers, "concurrent-installs", cores));
  PIPIT_TRY(options.dist, database_options(settings.layers, options.net));
  return options;
}

Session::Session(SessionOptions options, base::Events& events, std::stop_token stop)
    : builds(options.builds),
      pool(lane_limits(options)),
      store(options.store, events),
      client(options.net, pool, events),
      catalog(std::move(options.catalog), client, store, pool, graph, events, stop),
      dists(std::move(options.dist), client, store, pool, graph, events, stop) {}

Session::~Session() {
  pool.shutdown();
  client.shutdown();
}

}  // namespace pipit::cli
