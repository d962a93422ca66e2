// Priorities only rise: whoever asks with more urgency pulls up all who wait for the same job.
#include "sched/shared_priority.h"

namespace pipit::sched {

void SharedPriority::raise(Priority priority) {
  const int wished = static_cast<int>(priority);
  int now = level_.load(std::memory_order_relaxed);
  while (now < wished && !level_.compare_exchange_weak(now, wished, std::memory_order_relaxed)) {
  }
}

}  // namespace pipit::sched
