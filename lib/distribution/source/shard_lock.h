// One process at a time works on a source.
#pragma once
#include <map>
#include <optional>
#include <stop_token>
#include <string>

#include "base/file_lock.h"
#include "base/mutex.h"
#include "base/result.h"
#include "cache/store.h"
#include "sched/once_map.h"
#include "sched/wait_graph.h"

namespace pipit::distribution {

/// The locks that this process holds. Any thread.
class ShardLocks {
 public:
  ShardLocks(cache::Store& store, sched::WaitGraph& graph) : store_(store), graph_(graph) {}

  /// Its destructor releases the lock. Holds nothing when the lock could not be acquired: the work
  /// is then done all the same, perhaps twice.
  class Held {
   public:
    Held() = default;
    Held(Held&& other) noexcept;
    Held& operator=(Held&& other) noexcept;
    ~Held();

   private:
    friend class ShardLocks;
    ShardLocks* locks_ = nullptr;
    sched::WaitGraph::Job job_ = nullptr;
    std::optional<base::FileLock> lock_;
  };
  /// Acquires the shard's lock for the job that the calling thread works on. Does not wait for a
  /// holder that (through other processes) waits for that job. Code::cancelled when stopped.
  Result<Held> acquire(const std::string& shard, std::stop_token stop);

 private:
  /// Marks the locks of the jobs that wait for `job`, for other processes to see: whether their
  /// holders wait themselves. False when there are no such locks.
  bool mark_waiting(sched::WaitGraph::Job job, bool waiting) PIPIT_EXCLUDES(mu_);

  cache::Store& store_;
  sched::WaitGraph& graph_;
  base::Mutex mu_;
  std::map<sched::WaitGraph::Job, std::string> held_ PIPIT_GUARDED_BY(mu_);  // lock files
};

}  // namespace pipit::distribution
