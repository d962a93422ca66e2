// All jobs under way, from which the state of the progress is read whenever it is drawn.
#pragma once
#include <cstdint>
#include <map>
#include <string>

#include "base/events.h"
#include "base/meter.h"
#include "base/mutex.h"
#include "cli/progress_lines.h"

namespace pipit::cli {

/// Thread-safe. Jobs only come and go here; what they have done is read from their meters.
class ProgressBoard {
 public:
  void watch(const base::Meter& meter);
  /// True when that was the last phase: nothing is shown from here on.
  bool unwatch(const base::Meter& meter);
  /// Builds, and programs that fetch; other spans are passed over.
  void begin(const base::SpanRecord& span);
  void end(const base::SpanRecord& span);
  /// How things are at `now` (steady clock). The rates follow from the looks before.
  ProgressState look(std::int64_t now);

 private:
  struct Rate {
    std::int64_t at = 0;
    std::uint64_t done = 0;
    double per_second = 0;
    bool known = false;
    std::uint64_t number = 0;  // of the meter, in the order in which they began
  };
  struct Task {
    std::string name;
    std::int64_t began = 0;
  };
  void look_at_request(const base::Meter& meter, std::int64_t now, ProgressState& state)
      PIPIT_REQUIRES(mu_);
  std::uint64_t rate_of(const base::Meter& meter, std::int64_t now) PIPIT_REQUIRES(mu_);
  std::int64_t silent_since(const base::Meter& meter) const PIPIT_REQUIRES(mu_);
  void hear_of(const base::Meter& meter) PIPIT_REQUIRES(mu_);

  base::Mutex mu_;
  std::map<const base::Meter*, Rate> meters_ PIPIT_GUARDED_BY(mu_);
  std::uint64_t begun_ PIPIT_GUARDED_BY(mu_) = 0;
  std::map<std::uint64_t, Task> tasks_ PIPIT_GUARDED_BY(mu_);
  std::map<std::string, std::int64_t> heard_ PIPIT_GUARDED_BY(mu_);  // by origin
  std::size_t phases_ PIPIT_GUARDED_BY(mu_) = 0;
  std::uint64_t bytes_ PIPIT_GUARDED_BY(mu_) = 0;  // of files that are over
};

}  // namespace pipit::cli
