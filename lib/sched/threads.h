// Threads for work that waits.
#pragma once
#include <cstddef>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "base/mutex.h"
#include "sched/task.h"

namespace pipit::sched {

/// Gives each job a thread of its own, so that it may wait for others without occupying a pool's
/// worker. Jobs do not throw. The destructor waits for all.
class Threads {
 public:
  Threads() = default;
  ~Threads() { join(); }
  Threads(const Threads&) = delete;
  Threads& operator=(const Threads&) = delete;

  /// False when the system gives no thread; the job is then dropped.
  bool run(Task job) PIPIT_EXCLUDES(mu_);
  /// Waits until every job is over, also those started meanwhile.
  void join() PIPIT_EXCLUDES(mu_);

 private:
  struct Thread;
  base::Mutex mu_;
  std::vector<std::shared_ptr<Thread>> threads_ PIPIT_GUARDED_BY(mu_);
};

/// Calls job(0) … job(count - 1) on up to `most` threads, of which the calling one is the first;
/// returns when all are done. Jobs may wait for others of ours, and do not throw.
void run_each(std::size_t count, std::size_t most, const std::function<void(std::size_t)>& job);

}  // namespace pipit::sched
