// The worker pool. Each lane is a priority queue with a limit of its own, so a kind of work can be
// bounded without starving the others: wheels being unpacked never keep metadata from being parsed.
#pragma once
#include <array>
#include <cstddef>
#include <functional>
#include <memory>
#include <stop_token>
#include <vector>

#include "base/events.h"
#include "sched/shared_priority.h"
#include "sched/task.h"

namespace pipit::sched {

/// How many jobs of each lane may run at once. Fetch workers mostly wait for the network; page,
/// metadata and disk use the processor.
struct LaneLimits {
  std::size_t page = 2, metadata = 2, fetch = 16, build = 2, disk = 2;
};

class Pool {
 public:
  explicit Pool(const LaneLimits& limits);
  /// Calls shutdown().
  ~Pool();
  /// Lets running jobs end, drops queued ones, joins. Jobs submitted later are dropped. The owner
  /// of both calls this before net::Client::shutdown(), so that no job meets a dead client and no
  /// completion a dead pool.
  void shutdown();
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  /// Queues a job; a lane runs the job of highest priority first, among equals the oldest. Jobs do
  /// not throw. Threads are started when needed, never more than a lane's limit; when the system
  /// gives no thread, existing ones do the work (with none at all: the caller's).
  void submit(base::Lane lane, SharedPriorityPtr priority, Task job);
  void submit(base::Lane lane, Priority priority, Task job) {
    submit(lane, make_priority(priority), std::move(job));
  }
  /// The most jobs of a lane that ever ran at once.
  std::size_t TEST_high_water(base::Lane lane) const;
  std::size_t limit(base::Lane lane) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Runs fn(0) … fn(n-1) on the lane and waits for all. The calling thread takes part, so a job may
/// call it. After a stop no new index is begun. False when stopped before all were done.
bool for_each_index(Pool& pool, base::Lane lane, std::size_t n, std::stop_token stop,
                    const std::function<void(std::size_t)>& fn);

}  // namespace pipit::sched
