// What a job under way shows of itself. The job writes with relaxed atomics, whoever draws reads
// them when it draws: neither waits for the other, and nothing is drawn for the job's sake.
#pragma once
#include <atomic>
#include <cstdint>
#include <string>

#include "base/events.h"
#include "base/mutex.h"

namespace pipit::base {

/// What is known of the job when it begins.
struct MeterFacts {
  enum class Kind : std::uint8_t {
    request,  // to a server, from the moment it is queued to its end
    pause,    // before the same request is sent again, until `until`
    resolve,  // of all that is asked for
    gather,   // of the files that this needs
    change,   // of the environment
  } kind = Kind::request;
  /// A request's or a pause's: "wheel numpy-2.1.0-….whl". Of gather and change the verb:
  /// "Preparing", "Installing".
  std::string what = {};
  std::string place = {};  // of a request or a pause: the URL, without secrets
  std::string noun = {};   // of gather and change: what is counted, "package"
  int attempt = 1, attempts = 1;
  std::int64_t until = 0;  // steady clock, microseconds
  bool is_file = false;    // a request for a file to keep
};

/// One job, from its construction to its destruction. Resolve, gather and change are phases of a
/// command: while there is none, nothing of the rest is shown.
class Meter {
 public:
  /// `events` outlives it.
  Meter(Events& events, MeterFacts facts);
  ~Meter();
  Meter(const Meter&) = delete;
  Meter& operator=(const Meter&) = delete;

  const MeterFacts& facts() const { return facts_; }
  bool is_phase() const;
  std::int64_t began() const { return began_; }

  /// So much is done, of so much (0: not known): bytes of a request, else pieces.
  void set_done(std::uint64_t done) { done_.store(done, std::memory_order_relaxed); }
  void set_total(std::uint64_t total) { total_.store(total, std::memory_order_relaxed); }
  void step() { done_.fetch_add(1, std::memory_order_relaxed); }
  std::uint64_t done() const { return done_.load(std::memory_order_relaxed); }
  std::uint64_t total() const { return total_.load(std::memory_order_relaxed); }

  /// Of a request: it has left the queue, or a byte came, or we are free to take the next.
  void hear() { heard_.store(now_us(), std::memory_order_relaxed); }
  /// When that was; 0: not yet.
  std::int64_t heard() const { return heard_.load(std::memory_order_relaxed); }
  /// What came is being dealt with: it is not the server that keeps us waiting.
  void set_busy(bool busy) { busy_.store(busy, std::memory_order_relaxed); }
  bool busy() const { return busy_.load(std::memory_order_relaxed); }

  /// What the job is at: the package that is looked at.
  void set_subject(const std::string& subject);
  std::string subject() const;

 private:
  Events& events_;
  const MeterFacts facts_;
  const std::int64_t began_ = now_us();
  std::atomic<std::uint64_t> done_ = 0, total_ = 0;
  std::atomic<std::int64_t> heard_ = 0;
  std::atomic<bool> busy_ = false;
  mutable Mutex mu_;
  std::string subject_ PIPIT_GUARDED_BY(mu_);
};

}  // namespace pipit::base
