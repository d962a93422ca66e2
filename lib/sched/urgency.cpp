#include "sched/urgency.h"

namespace pipit::sched {

void Urgency::raise(Want want) {
  const int wished = static_cast<int>(want);
  int now = level_.load(std::memory_order_relaxed);
  while (now < wished && !level_.compare_exchange_weak(now, wished, std::memory_order_relaxed)) {
  }
}

}  // namespace pipit::sched
