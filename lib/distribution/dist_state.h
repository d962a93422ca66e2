// The state that all jobs of distribution share.
#pragma once
#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "archive/zip_stream.h"
#include "base/events.h"
#include "base/hash_spec.h"
#include "base/mutex.h"
#include "cache/store.h"
#include "cache/wheel.h"
#include "distribution/builder.h"
#include "distribution/direct_reference.h"
#include "distribution/keys.h"
#include "distribution/options.h"
#include "distribution/source/archive_file.h"
#include "distribution/source/shard_lock.h"
#include "index/page.h"
#include "net/client.h"
#include "net/freshness.h"
#include "pep/metadata.h"
#include "sched/gate.h"
#include "sched/once_map.h"
#include "sched/pool.h"
#include "sched/threads.h"
#include "sched/wait_graph.h"

namespace pipit::distribution {

/// A wheel that is unpacked while it streams through the search for its metadata.
class StreamedUnpack {
 public:
  using Over = std::function<void(const cache::WheelPtr&)>;
  /// The wheel itself is wanted: the stream is then read to its end.
  void want() PIPIT_EXCLUDES(mu_);
  bool wanted() const PIPIT_EXCLUDES(mu_);
  /// Calls `fn` when it is over (at once if it already is): with the wheel, or with null when it
  /// was given up.
  void then(Over fn) PIPIT_EXCLUDES(mu_);
  void finish(cache::WheelPtr wheel) PIPIT_EXCLUDES(mu_);

 private:
  mutable base::Mutex mu_;
  bool wanted_ PIPIT_GUARDED_BY(mu_) = false;
  bool over_ PIPIT_GUARDED_BY(mu_) = false;
  cache::WheelPtr wheel_ PIPIT_GUARDED_BY(mu_);
  std::vector<Over> waiting_ PIPIT_GUARDED_BY(mu_);
};

class SourceBuild;

struct DistState {
  DistState(DatabaseOptions o, net::Client& c, cache::Store& s, sched::Pool& p,
            sched::WaitGraph& graph, base::Events& e);

  const DatabaseOptions options;
  net::Client& client;
  cache::Store& store;
  sched::Pool& pool;
  sched::WaitGraph& graph;
  base::Events& events;
  std::stop_source stop;      // the whole database's
  sched::Gate downloads;      // exchanges of whole files
  sched::Gate member_memory;  // bytes
  sched::OnceMap<FileKey, pep::MetadataPtr> metadata;
  sched::OnceMap<WheelKey, cache::WheelPtr> wheels;
  sched::OnceMap<FileKey, ArchivePtr> archives;    // of sources
  sched::OnceMap<WheelKey, ArchivePtr> published;  // wheels as files
  sched::OnceMap<BuildKey, cache::WheelPtr> builds;
  sched::OnceMap<DirectKey, ResolvedDirectPtr> directs;
  sched::OnceMap<CommitKey, std::string> commits;
  ShardLocks shard_locks;

  /// Removes a directory that was staged; when the run is being stopped, puts it aside instead.
  void drop(const std::string& staging);
  /// Leases member buffers out of `member_memory`, without waiting.
  archive::MemoryLease lease();
  /// The unpacking that streams this file; null when there is none.
  std::shared_ptr<StreamedUnpack> streaming(const std::string& file_key) PIPIT_EXCLUDES(mu_);
  void set_streaming(const std::string& file_key, std::shared_ptr<StreamedUnpack> s)
      PIPIT_EXCLUDES(mu_);
  /// Null when there is none (yet).
  std::shared_ptr<Builder> builder() const PIPIT_EXCLUDES(mu_);
  void set_builder(std::shared_ptr<Builder> builder) PIPIT_EXCLUDES(mu_);
  /// What a project's archives must hash to; empty: anything.
  std::vector<base::HashSpec> expected(const std::string& project) const PIPIT_EXCLUDES(mu_);
  void expect(const std::string& project, std::vector<base::HashSpec> hashes) PIPIT_EXCLUDES(mu_);
  /// What messages call a folder or file of this machine, by its URL: as the user wrote it.
  void call(const std::string& url, std::string written) PIPIT_EXCLUDES(names_mu_);
  std::string called(const DirectReference& source) const PIPIT_EXCLUDES(names_mu_);
  /// The project that a source is said to be; "" when nobody said.
  void expect_project(const DirectReference& source, const std::string& name)
      PIPIT_EXCLUDES(names_mu_);
  std::string expected_project(const DirectReference& source) const PIPIT_EXCLUDES(names_mu_);
  /// The shared state of a source's work, made by the first caller.
  std::shared_ptr<SourceBuild> source(const FileKey& key,
                                      const std::function<std::shared_ptr<SourceBuild>()>& make)
      PIPIT_EXCLUDES(mu_);
  /// Keeps the first bytes of an archive whose connection broke, for the next one to resume.
  void leave_archive(const FileKey& key, std::unique_ptr<ArchiveSpool> begun) PIPIT_EXCLUDES(mu_);
  std::unique_ptr<ArchiveSpool> take_archive(const FileKey& key) PIPIT_EXCLUDES(mu_);
  /// True once per project and run: allows the first speculative build of this project.
  bool may_guess(const std::string& project) PIPIT_EXCLUDES(mu_);
  /// What a server has just said about an unhashed file, so that one request per run is enough.
  /// nullopt: nothing in this run.
  void confirm(const std::string& file_key, const net::Validators& validators) PIPIT_EXCLUDES(mu_);
  std::optional<net::Validators> confirmed(const std::string& file_key) const PIPIT_EXCLUDES(mu_);
  /// The whole file's size, as a server has told it; 0: nobody has.
  void note_size(const std::string& file_key, std::uint64_t size) PIPIT_EXCLUDES(mu_);
  std::uint64_t noted_size(const std::string& file_key) const PIPIT_EXCLUDES(mu_);
  /// Keeps something alive until the database ends.
  void keep_alive(std::shared_ptr<void> waiting) PIPIT_EXCLUDES(mu_);
  void release_kept() PIPIT_EXCLUDES(mu_);
  void count(std::size_t Account::* what, const FileKey& key) PIPIT_EXCLUDES(mu_);
  Account account() const PIPIT_EXCLUDES(mu_);
  Obtained obtained(const FileKey& key) const PIPIT_EXCLUDES(mu_);

  /// Counts running jobs, so that the end of the database can wait for them.
  void job_begins() PIPIT_EXCLUDES(mu_);
  void job_ends() PIPIT_EXCLUDES(mu_);
  void wait_for_jobs() PIPIT_EXCLUDES(mu_);

 private:
  mutable base::Mutex names_mu_;  // taken last
  std::map<std::string, std::string> written_ PIPIT_GUARDED_BY(names_mu_);
  std::map<std::pair<std::string, std::string>, std::string> said_projects_
      PIPIT_GUARDED_BY(names_mu_);  // by URL and subdirectory
  mutable base::Mutex mu_;
  base::Condition changed_;
  std::map<std::string, std::shared_ptr<StreamedUnpack>> streaming_ PIPIT_GUARDED_BY(mu_);
  std::vector<std::shared_ptr<void>> kept_alive_ PIPIT_GUARDED_BY(mu_);
  Account account_ PIPIT_GUARDED_BY(mu_);
  std::map<FileKey, Obtained> obtained_ PIPIT_GUARDED_BY(mu_);
  std::size_t jobs_ PIPIT_GUARDED_BY(mu_) = 0;
  std::shared_ptr<Builder> builder_ PIPIT_GUARDED_BY(mu_);
  std::map<std::string, std::vector<base::HashSpec>> expected_ PIPIT_GUARDED_BY(mu_);
  std::map<FileKey, std::shared_ptr<SourceBuild>> sources_ PIPIT_GUARDED_BY(mu_);
  std::map<FileKey, std::unique_ptr<ArchiveSpool>> begun_ PIPIT_GUARDED_BY(mu_);
  std::set<std::string> guessed_ PIPIT_GUARDED_BY(mu_);
  std::map<std::string, net::Validators> confirmed_ PIPIT_GUARDED_BY(mu_);
  std::map<std::string, std::uint64_t> sizes_ PIPIT_GUARDED_BY(mu_);

 public:
  sched::Threads threads;  // last: joined before anything above is destroyed
};

/// Counts as a running job as long as it lives.
class JobMark {
 public:
  explicit JobMark(DistState& context) : context_(context) { context_.job_begins(); }
  ~JobMark() { context_.job_ends(); }
  JobMark(const JobMark&) = delete;
  JobMark& operator=(const JobMark&) = delete;

 private:
  DistState& context_;
};

/// Whether the page's link leads to a file on this machine.
bool is_local(const index::File& file);
/// For messages, spans and the network's accounting: "black-26.1.0-py3-none-any.whl", safe to
/// print.
std::string shown_name(const index::File& file);

}  // namespace pipit::distribution
