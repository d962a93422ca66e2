// How urgent a job is. The job and everyone who waits for it share one object, so that demand can
// overtake speculation after the job was queued. Queues read it when they choose a job, not when it
// is queued.
#pragma once
#include <atomic>
#include <memory>

namespace pipit::sched {

enum class Priority : int {
  speculative = 0,  // the scout
  soon = 1,         // surely needed
  blocking = 2,     // the solver waits
};

class SharedPriority {
 public:
  explicit SharedPriority(Priority priority = Priority::speculative)
      : level_(static_cast<int>(priority)) {}
  Priority level() const { return static_cast<Priority>(level_.load(std::memory_order_relaxed)); }
  /// Never lowers.
  void raise(Priority priority);

 private:
  std::atomic<int> level_;
};
using SharedPriorityPtr = std::shared_ptr<SharedPriority>;
inline SharedPriorityPtr make_priority(Priority priority) {
  return std::make_shared<SharedPriority>(priority);
}

}  // namespace pipit::sched
