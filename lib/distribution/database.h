// metadata(file) and wheel(file): the only two things that the rest of the program asks of a
// distribution. This room decides how: cached, sidecar, range, stream, download or build; in which
// lane, under which lock.
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
  /// Gives up all that is under way; what is asked for from now on is cancelled.
  void stop();

  /// Requests the metadata if nobody has, returns at once, and calls `fn` when it is there.
  void then_metadata(const index::FilePtr& file, sched::Priority priority,
                     std::function<void(const Result<pep::MetadataPtr>&)> fn);
  Result<pep::MetadataPtr> metadata(const index::FilePtr& file, std::stop_token stop);

  /// Starts to fetch and unpack the wheel (in one pass) if nobody has. `over` is called when that
  /// is over, whatever came of it; it must not wait. `unless` gives up a fetch that this call
  /// began, as long as nobody has asked for the wheel with a higher priority.
  void request_wheel(const index::FilePtr& file, const Expected& expected, sched::Priority priority,
                     std::function<void()> over = {}, const std::stop_token& unless = {});
  /// A file's size by its page, or as a server has told it in this run; 0: not known.
  std::uint64_t size_of(const index::File& file) const;
  /// The unpacked, checked wheel in the cache.
  Result<cache::WheelPtr> wheel(const index::FilePtr& file, const Expected& expected,
                                std::stop_token stop);
  /// The same, after `changed`, which wheel() returned, turned out to differ from what was
  /// unpacked: notes the new times when nothing else is new (the cache was copied), or drops that
  /// entry and fetches the file again. Once per run.
  Result<cache::WheelPtr> wheel_anew(const index::FilePtr& file, const Expected& expected,
                                     const cache::Wheel& changed, std::stop_token stop);
  /// Sets what a project's archives must hash to before anything in them runs: in hash mode, before
  /// the first request for the project. Wheels have their Expected besides.
  void expect(const std::string& project, std::vector<base::HashSpec> hashes);
  /// Makes messages call a folder or file of this machine as it was written. Before the first
  /// request for it; other sources keep their URL.
  void call(const DirectReference& source, std::string_view written);
  /// Tells which project a source is said to be, by normal name: its build settings are those of
  /// that project before its metadata is known. Before the first request for it.
  void expect_project(const DirectReference& source, const std::string& name);
  /// Makes this builder build all sources from here on. Without a builder, sources are
  /// Code::unsupported unless their metadata is static. Call it once, before the first request for
  /// a source.
  void set_builder(std::shared_ptr<Builder> builder);
  /// Starts direct() in the background, if nobody has; returns at once.
  void request_direct(const DirectReference& source, sched::Priority priority);
  /// Waits until name and version are known; the source may have to be fetched or built for that.
  /// Its metadata and wheel are then requested by the page's file like any other's.
  Result<ResolvedDirectPtr> direct(const DirectReference& source, std::stop_token stop);
  /// Copies the wheel as a file, as it was published or (for a source) built, into the folder;
  /// returns its path. For wheelhouses.
  Result<std::string> wheel_file(const index::FilePtr& file, const Expected& expected,
                                 const std::string& directory, std::stop_token stop);
  /// Copies the file as it was published, wheel or source archive, into the folder; returns its
  /// path. Unpacks nothing. Code::unsupported for a folder or a repository, which are not files.
  Result<std::string> published_file(const index::FilePtr& file, const Expected& expected,
                                     const std::string& directory, std::stop_token stop);
  /// The SHA-256 of the file as it was published, wheel or source archive: the page's, else that of
  /// its bytes, which are fetched for it unless it is known from an earlier run. Runs and unpacks
  /// nothing. Code::unsupported for a folder or a repository, which are not files.
  Result<std::string> digest(const index::FilePtr& file, std::stop_token stop);
  Account account() const;
  /// How this file, or the wheel that is built from it, came to be there.
  Obtained obtained(const index::File& file) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace pipit::distribution
