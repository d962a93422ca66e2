// Whether servers support range requests: one finds out for all.
#pragma once
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "base/mutex.h"
#include "base/url.h"

namespace pipit::net {

/// Whether a server supports range requests. Learned once per run, so that nothing is probed twice.
enum class Ranges : int { unknown = 0, yes = 1, no = 2 };

/// By origin. Thread-safe. Kept by a shared pointer: turns may end after everything else.
class RangeGate : public std::enable_shared_from_this<RangeGate> {
 public:
  /// Held by who is finding out. Whoever drops it without having learned anything passes it on.
  using Turn = std::shared_ptr<void>;
  Ranges known(const base::Url& url) const PIPIT_EXCLUDES(mu_);
  void learn(const base::Url& url, Ranges ranges) PIPIT_EXCLUDES(mu_);
  /// Calls `fn` as soon as it is known (with no turn), or when it is the caller's turn to find out;
  /// at once if nobody is at it. Else on the thread that drops the turn.
  void when_known(const base::Url& url, std::function<void(Turn)> fn) PIPIT_EXCLUDES(mu_);

 private:
  struct Origin {
    Ranges ranges = Ranges::unknown;
    bool taken = false;    // somebody has the turn
    bool passing = false;  // it is being passed on
    std::deque<std::function<void(Turn)>> waiting;
  };
  Turn turn_of(const std::string& origin);
  void pass_on(const std::string& origin) PIPIT_EXCLUDES(mu_);
  mutable base::Mutex mu_;
  std::map<std::string, Origin> origins_ PIPIT_GUARDED_BY(mu_);
};

}  // namespace pipit::net
