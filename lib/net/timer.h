// Tasks that run later, or soon but on another thread.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <thread>

#include "base/mutex.h"
#include "sched/task.h"

namespace pipit::net {

/// One thread, made when first needed. Tasks must not block for long. Thread-safe.
class Timer {
 public:
  Timer() = default;
  ~Timer() { stop(); }
  /// Runs `task` on the timer's thread after `delay_us`. After stop(), or when no thread can be
  /// started: at once, on the calling thread.
  void post(std::int64_t delay_us, sched::Task task);
  /// Runs `task` on the timer's thread, soon; never on the calling thread, which may hold locks:
  /// after stop(), or when no thread can be started, the task is dropped.
  void post_elsewhere(sched::Task task);
  /// Runs the waiting tasks without their delay and ends the thread.
  void stop();

 private:
  void run();
  bool start_thread() PIPIT_REQUIRES(mu_);
  bool add(std::int64_t delay_us, sched::Task& task) PIPIT_EXCLUDES(mu_);
  base::Mutex mu_;
  base::Condition changed_;
  std::multimap<std::int64_t, sched::Task> tasks_ PIPIT_GUARDED_BY(mu_);
  bool stopping_ PIPIT_GUARDED_BY(mu_) = false;
  std::thread thread_ PIPIT_GUARDED_BY(mu_);
};

}  // namespace pipit::net
