// Priorities only rise: a more urgent request raises the job for all who wait for it.
#include "sched/shared_priority.h"

namespace pipit::sched {

void SharedPriority::raise(Priority priority) {
  const int wished = static_cast<int>(priority);
  int now = level_.load(std::memory_order_relaxed);
  while (now < wished && !level_.compare_exchange_weak(now, wished, std::memory_order_relaxed)) {
  }
}

}  // namespace pipit::sched
