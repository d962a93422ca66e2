// A waiter draws a ticket, and only the holder of the oldest one may enter, as soon as there is
// room for it. So a demand for many units waits until they are free while nobody overtakes it; the
// price is that small ones queue behind it meanwhile. A waiter that is stopped takes its ticket out
// of the queue, wherever it is.
#include "sched/gate.h"

#include <algorithm>
#include <utility>

namespace pipit::sched {

using base::Lock;

Permit::Permit(Permit&& other) noexcept
    : gate_(std::exchange(other.gate_, nullptr)), units_(std::exchange(other.units_, 0)) {}

Permit& Permit::operator=(Permit&& other) noexcept {
  if (this == &other) return *this;
  if (gate_) gate_->release(units_);
  gate_ = std::exchange(other.gate_, nullptr);
  units_ = std::exchange(other.units_, 0);
  return *this;
}

Permit::~Permit() {
  if (gate_) gate_->release(units_);
}

Gate::Gate(std::uint64_t units) : capacity_(units) {}

bool Gate::fits(std::uint64_t units) const {
  if (out_ == 0) return true;  // a demand larger than the gate is admitted alone
  return units <= capacity_ && out_ <= capacity_ - units;
}

Permit Gate::take(std::uint64_t units) {
  out_ += units;
  high_water_ = std::max(high_water_, out_);
  return Permit(this, units);
}

Permit Gate::acquire(std::stop_token stop, std::uint64_t units) {
  Lock lock(mu_);
  const std::uint64_t ticket = next_ticket_++;
  waiting_.push_back(ticket);
  const bool mine = freed_.wait(mu_, std::move(stop), [&]() PIPIT_REQUIRES(mu_) {
    return waiting_.front() == ticket && fits(units);
  });
  waiting_.erase(std::find(waiting_.begin(), waiting_.end(), ticket));
  // Someone else is first in the queue now, whether we entered or left; only that waiter can tell.
  if (!waiting_.empty()) freed_.notify_all();
  if (!mine) return Permit();
  return take(units);
}

Permit Gate::try_acquire(std::uint64_t units) {
  Lock lock(mu_);
  if (!waiting_.empty() || !fits(units)) return Permit();
  return take(units);
}

std::uint64_t Gate::TEST_high_water() const {
  Lock lock(mu_);
  return high_water_;
}

void Gate::release(std::uint64_t units) {
  Lock lock(mu_);
  out_ -= units;
  freed_.notify_all();
}

}  // namespace pipit::sched
