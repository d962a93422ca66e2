// metadata(file) and wheel(file): the only two questions the rest of the program asks of a
// distribution. Behind them it is decided: cached, sidecar, range, stream, download, build; which
// lane, which lock.
#pragma once
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "base/events.h"
#include "base/hash_spec.h"
#include "base/result.h"
#include "cache/store.h"
#include "cache/wheel.h"
#include "distribution/builder.h"
#include "distribution/direct_reference.h"
#include "distribution/options.h"
#include "index/page.h"
#include "net/client.h"
#include "net/get_cached.h"
#include "pep/metadata.h"
#include "sched/gate.h"
#include "sched/once_map.h"
#include "sched/pool.h"
#include "sched/wait_graph.h"

namespace pipit::distribution {

class Database {
 public:
  Database(DatabaseOptions options, net::Client& client, cache::Store& store, sched::Pool& pool,
           sched::WaitGraph& graph, base::Events& events, std::stop_token stop);
  ~Database();

  /// Asks for the metadata if nobody has, returns at once, and calls `fn` when it is there.
  void then_metadata(const index::FilePtr& file, sched::Priority priority,
                     std::function<void(const Result<pep::MetadataPtr>&)> fn);
  Result<pep::MetadataPtr> metadata(const index::FilePtr& file, std::stop_token stop);

  /// Starts fetching and unpacking (one pass) if nobody has.
  void request_wheel(const index::FilePtr& file, const Expected& expected,
                     sched::Priority priority);
  /// The unpacked, checked wheel in the cache.
  Result<cache::WheelPtr> wheel(const index::FilePtr& file, const Expected& expected,
                                std::stop_token stop);
  /// The same, after `changed`, which wheel() gave, proved to be no longer what was unpacked: that
  /// entry is dropped, and the file fetched again. Once a run.
  Result<cache::WheelPtr> wheel_anew(const index::FilePtr& file, const Expected& expected,
                                     const cache::Wheel& changed, std::stop_token stop);
  /// What archives of a project must hash to before anything of them is run: in hash mode, before
  /// the first question about it. Wheels have their Expected besides.
  void expect(const std::string& project, std::vector<base::HashSpec> hashes);
  /// From here on sources are built by it; without one they are Code::unsupported unless they tell
  /// their metadata themselves. Once, before the first question about a source.
  void set_builder(std::shared_ptr<Builder> builder);
  /// Starts to find out, if nobody has; returns at once.
  void request_direct(const DirectReference& source, sched::Priority priority);
  /// Waits until name and version are known, for which the source may have to be fetched or built.
  /// Its metadata and wheel are then asked for by the page's file like any other's.
  Result<ResolvedDirectPtr> direct(const DirectReference& source, std::stop_token stop);
  /// The wheel as a file, as it was published or (of a source) as it was built, copied into the
  /// folder; the path. For wheelhouses.
  Result<std::string> wheel_file(const index::FilePtr& file, const Expected& expected,
                                 const std::string& directory, std::stop_token stop);
  /// The file as it was published, wheel or source archive, copied into the folder; the path.
  /// Nothing is unpacked. Code::unsupported for a folder or a repository, which are no files.
  Result<std::string> published_file(const index::FilePtr& file, const Expected& expected,
                                     const std::string& directory, std::stop_token stop);
  Account account() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace pipit::distribution
