// A gate lets at most n in at a time. A permit is held around leaf work only, never while waiting
// for other work of ours.
#pragma once
#include <cstdint>
#include <deque>
#include <stop_token>

#include "base/mutex.h"

namespace pipit::sched {

class Gate;

/// Its destructor returns it to the gate. False when the wait was stopped.
class Permit {
 public:
  Permit() = default;
  Permit(Gate* gate, std::uint64_t units) : gate_(gate), units_(units) {}
  Permit(Permit&& other) noexcept;
  Permit& operator=(Permit&& other) noexcept;
  ~Permit();
  explicit operator bool() const { return gate_ != nullptr; }

 private:
  Gate* gate_ = nullptr;
  std::uint64_t units_ = 0;
};

/// Counts jobs (units 1) or bytes (units n). A demand larger than the whole gate is admitted alone.
/// First come, first served: small demands do not starve a large one.
class Gate {
 public:
  explicit Gate(std::uint64_t units);
  Permit acquire(std::stop_token stop, std::uint64_t units = 1);
  /// Does not wait; false when there is no room.
  Permit try_acquire(std::uint64_t units = 1);
  std::uint64_t capacity() const { return capacity_; }
  /// The most units that were ever out at once.
  std::uint64_t TEST_high_water() const;

 private:
  friend class Permit;
  void release(std::uint64_t units);
  bool fits(std::uint64_t units) const PIPIT_REQUIRES(mu_);
  Permit take(std::uint64_t units) PIPIT_REQUIRES(mu_);
  const std::uint64_t capacity_;
  mutable base::Mutex mu_;
  base::Condition freed_;
  std::uint64_t out_ PIPIT_GUARDED_BY(mu_) = 0;
  std::uint64_t high_water_ PIPIT_GUARDED_BY(mu_) = 0;
  std::uint64_t next_ticket_ PIPIT_GUARDED_BY(mu_) = 0;
  std::deque<std::uint64_t> waiting_ PIPIT_GUARDED_BY(mu_);  // tickets, in order of arrival
};

}  // namespace pipit::sched
