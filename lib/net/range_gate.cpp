// Forty wheels side by side would ask a server without ranges forty times in vain.
#include "net/range_gate.h"

#include <utility>

namespace pipit::net {

Ranges RangeGate::known(const base::Url& url) const {
  base::Lock lock(mu_);
  const auto found = origins_.find(base::origin(url));
  return found == origins_.end() ? Ranges::unknown : found->second.ranges;
}

void RangeGate::learn(const base::Url& url, Ranges ranges) {
  std::deque<std::function<void(Turn)>> released;
  {
    base::Lock lock(mu_);
    Origin& origin = origins_[base::origin(url)];
    origin.ranges = ranges;
    released.swap(origin.waiting);
  }
  for (const auto& fn : released) fn(nullptr);
}

void RangeGate::when_known(const base::Url& url, std::function<void(Turn)> fn) {
  const std::string key = base::origin(url);
  bool is_turn = false;
  {
    base::Lock lock(mu_);
    Origin& origin = origins_[key];
    if (origin.ranges == Ranges::unknown) {
      if (origin.taken) {
        origin.waiting.push_back(std::move(fn));
        return;
      }
      origin.taken = is_turn = true;
    }
  }
  fn(is_turn ? turn_of(key) : nullptr);
}

RangeGate::Turn RangeGate::turn_of(const std::string& origin) {
  return Turn(this, [self = shared_from_this(), origin](void*) { self->pass_on(origin); });
}

/// In a loop: whoever gets the turn may drop it before it returns, for example at the end of all.
void RangeGate::pass_on(const std::string& key) {
  {
    base::Lock lock(mu_);
    Origin& origin = origins_[key];
    origin.taken = false;
    if (std::exchange(origin.passing, true)) return;
  }
  while (true) {
    std::function<void(Turn)> next;
    {
      base::Lock lock(mu_);
      Origin& origin = origins_[key];
      if (origin.taken || origin.waiting.empty()) {
        origin.passing = false;
        return;
      }
      origin.taken = true;
      next = std::move(origin.waiting.front());
      origin.waiting.pop_front();
    }
    next(turn_of(key));
  }
}

}  // namespace pipit::net
