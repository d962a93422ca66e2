// How much somebody wants a job. Shared by the job and everyone who waits for it, so that demand
// can overtake speculation after the job was queued. Queues look at it when they choose, not when
// they are filled.
#pragma once
#include <atomic>
#include <memory>

namespace pipit::sched {

enum class Want : int {
  guess = 0,   // the scout
  soon = 1,    // surely needed
  demand = 2,  // the solver waits
};

class Urgency {
 public:
  explicit Urgency(Want want = Want::guess) : level_(static_cast<int>(want)) {}
  Want level() const { return static_cast<Want>(level_.load(std::memory_order_relaxed)); }
  /// Never lowers.
  void raise(Want want);

 private:
  std::atomic<int> level_;
};
using UrgencyPtr = std::shared_ptr<Urgency>;
inline UrgencyPtr make_urgency(Want want) { return std::make_shared<Urgency>(want); }

}  // namespace pipit::sched
