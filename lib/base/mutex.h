// Locks that clang can check (-Wthread-safety). std::unique_lock carries no annotations, hence our
// own pair.
#pragma once
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stop_token>

#if defined(__clang__)
#define PIPIT_THREAD_ATTRIBUTE(x) __attribute__((x))
#else
#define PIPIT_THREAD_ATTRIBUTE(x)
#endif
#define PIPIT_CAPABILITY(x) PIPIT_THREAD_ATTRIBUTE(capability(x))
#define PIPIT_SCOPED PIPIT_THREAD_ATTRIBUTE(scoped_lockable)
#define PIPIT_GUARDED_BY(x) PIPIT_THREAD_ATTRIBUTE(guarded_by(x))
#define PIPIT_REQUIRES(...) PIPIT_THREAD_ATTRIBUTE(requires_capability(__VA_ARGS__))
#define PIPIT_EXCLUDES(...) PIPIT_THREAD_ATTRIBUTE(locks_excluded(__VA_ARGS__))
#define PIPIT_ACQUIRE(...) PIPIT_THREAD_ATTRIBUTE(acquire_capability(__VA_ARGS__))
#define PIPIT_RELEASE(...) PIPIT_THREAD_ATTRIBUTE(release_capability(__VA_ARGS__))
#define PIPIT_NO_THREAD_SAFETY PIPIT_THREAD_ATTRIBUTE(no_thread_safety_analysis)

namespace pipit::base {

class PIPIT_CAPABILITY("mutex") Mutex {
 public:
  void lock() PIPIT_ACQUIRE() { mu_.lock(); }
  void unlock() PIPIT_RELEASE() { mu_.unlock(); }

 private:
  std::mutex mu_;
};

class PIPIT_SCOPED Lock {
 public:
  explicit Lock(Mutex& mu) PIPIT_ACQUIRE(mu) : mu_(mu) { mu_.lock(); }
  ~Lock() PIPIT_RELEASE() { mu_.unlock(); }
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;

 private:
  Mutex& mu_;
};

/// A condition that waits on a Mutex the caller holds (through a Lock).
class Condition {
 public:
  void notify_one() { cv_.notify_one(); }
  void notify_all() { cv_.notify_all(); }
  template <class Predicate>
  void wait(Mutex& mu, Predicate ready) PIPIT_REQUIRES(mu) {
    cv_.wait(mu, std::move(ready));
  }
  /// False when stopped before `ready` held.
  template <class Predicate>
  bool wait(Mutex& mu, std::stop_token stop, Predicate ready) PIPIT_REQUIRES(mu) {
    return cv_.wait(mu, std::move(stop), std::move(ready));
  }
  /// False when `ready` did not hold in time.
  template <class Predicate>
  bool wait_for(Mutex& mu, std::stop_token stop, std::chrono::milliseconds time, Predicate ready)
      PIPIT_REQUIRES(mu) {
    return cv_.wait_for(mu, std::move(stop), time, std::move(ready));
  }

 private:
  std::condition_variable_any cv_;
};

}  // namespace pipit::base
