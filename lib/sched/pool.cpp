// One set of threads for all lanes. A free thread looks at every lane that is below its limit and
// takes the job of highest priority of them all, the oldest among equals. Priorities are read at
// that moment, not when the job was queued: a speculative job that the solver has meanwhile asked
// for overtakes the others by that alone. Queues are short (hundreds), so they are scanned, not
// sorted.
//
// Threads are started one at a time, when there is more to run than there are idle threads, and
// never more than all limits together. So a job in a lane below its limit never waits for a thread,
// only for its turn.
#include "sched/pool.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <thread>
#include <utility>

#include "base/mutex.h"
#include "base/thread.h"

namespace pipit::sched {

using base::Lane;
using base::Lock;

namespace {

constexpr std::size_t kLanes = 7;  // of base::Lane

struct QueuedJob {
  SharedPriorityPtr priority;
  std::uint64_t number = 0;  // in order of arrival
  Task task;
};

struct LaneQueue {
  std::size_t limit = 1, running = 0, high_water = 0;
  std::vector<QueuedJob> jobs;

  std::size_t runnable() const { return std::min(jobs.size(), limit - running); }
};

bool goes_before(const QueuedJob& a, const QueuedJob& b) {
  const Priority wanted_a = a.priority->level(), wanted_b = b.priority->level();
  return wanted_a != wanted_b ? wanted_a > wanted_b : a.number < b.number;
}

std::size_t lane_number(Lane lane) { return static_cast<std::size_t>(lane); }

}  // namespace

struct Pool::State {
  mutable base::Mutex mu;
  base::Condition work;
  std::array<LaneQueue, kLanes> lanes PIPIT_GUARDED_BY(mu);
  std::vector<std::thread> threads PIPIT_GUARDED_BY(mu);
  std::size_t most_threads PIPIT_GUARDED_BY(mu) = 0;
  std::size_t idle PIPIT_GUARDED_BY(mu) = 0;
  std::uint64_t next_number PIPIT_GUARDED_BY(mu) = 0;
  bool stopping PIPIT_GUARDED_BY(mu) = false;

  struct Picked {
    LaneQueue* lane;
    Task task;
  };

  /// Takes the next job over all lanes; it counts as running from here on.
  std::optional<Picked> pick() PIPIT_REQUIRES(mu) {
    LaneQueue* best_lane = nullptr;
    std::size_t best = 0;
    for (LaneQueue& lane : lanes) {
      if (lane.runnable() == 0) continue;
      for (std::size_t i = 0; i < lane.jobs.size(); ++i) {
        if (best_lane && !goes_before(lane.jobs[i], best_lane->jobs[best])) continue;
        best_lane = &lane;
        best = i;
      }
    }
    if (!best_lane) return std::nullopt;
    Picked picked{best_lane, std::move(best_lane->jobs[best].task)};
    best_lane->jobs.erase(best_lane->jobs.begin() + static_cast<std::ptrdiff_t>(best));
    ++best_lane->running;
    best_lane->high_water = std::max(best_lane->high_water, best_lane->running);
    return picked;
  }

  void done(LaneQueue& lane) PIPIT_REQUIRES(mu) { --lane.running; }

  bool has_runnable() PIPIT_REQUIRES(mu) {
    return std::any_of(lanes.begin(), lanes.end(),
                       [](const LaneQueue& lane) { return lane.runnable() > 0; });
  }

  /// A worker's loop: the lock is held except while a job runs.
  void work_until_stopped() PIPIT_NO_THREAD_SAFETY {
    mu.lock();
    while (true) {
      ++idle;
      work.wait(mu, [this]() PIPIT_REQUIRES(mu) { return stopping || has_runnable(); });
      --idle;
      if (stopping) break;
      run_picked(pick());
    }
    mu.unlock();
  }

  /// Releases the lock while the job runs.
  void run_picked(std::optional<Picked> picked) PIPIT_NO_THREAD_SAFETY {
    if (!picked) return;
    mu.unlock();
    picked->task();
    picked->task = Task();  // its captures are released before the job counts as ended
    mu.lock();
    done(*picked->lane);
  }

  /// Starts one more thread if there is use for it. False when none could be started and there is
  /// none at all.
  bool ensure_worker() PIPIT_REQUIRES(mu) {
    std::size_t runnable = 0;
    for (const LaneQueue& lane : lanes) runnable += lane.runnable();
    if (runnable <= idle || threads.size() >= most_threads) return true;
    std::thread thread;
    if (base::start_thread(thread, [this] { work_until_stopped(); }))
      threads.push_back(std::move(thread));
    else  // the system is not asked again for each job
      most_threads = std::max<std::size_t>(threads.size(), 1);
    return !threads.empty();
  }
};

Pool::Pool(const LaneLimits& limits) : state_(std::make_unique<State>()) {
  Lock lock(state_->mu);
  const auto set = [&](Lane lane, std::size_t limit) PIPIT_REQUIRES(state_->mu) {
    state_->lanes[lane_number(lane)].limit = std::max<std::size_t>(limit, 1);
  };
  set(Lane::page, limits.page);
  set(Lane::metadata, limits.metadata);
  set(Lane::fetch, limits.fetch);
  set(Lane::build, limits.build);
  set(Lane::disk, limits.disk);
  for (const LaneQueue& lane : state_->lanes) state_->most_threads += lane.limit;
}

Pool::~Pool() { shutdown(); }

void Pool::shutdown() {
  std::vector<QueuedJob> dropped;
  std::vector<std::thread> threads;
  {
    Lock lock(state_->mu);
    state_->stopping = true;
    for (LaneQueue& lane : state_->lanes) {
      std::move(lane.jobs.begin(), lane.jobs.end(), std::back_inserter(dropped));
      lane.jobs.clear();
    }
    threads.swap(state_->threads);
    state_->work.notify_all();
  }
  for (std::thread& thread : threads) thread.join();
}

void Pool::submit(Lane lane, SharedPriorityPtr priority, Task job) {
  bool is_awaited = false;
  {
    Lock lock(state_->mu);
    if (state_->stopping) return;
    LaneQueue& queue = state_->lanes[lane_number(lane)];
    queue.jobs.push_back({std::move(priority), state_->next_number++, std::move(job)});
    is_awaited = state_->idle > 0;
    if (!state_->ensure_worker())
      while (state_->has_runnable()) state_->run_picked(state_->pick());
  }
  // Without the lock, which the thread that wakes up needs at once.
  if (is_awaited) state_->work.notify_one();
}

std::size_t Pool::TEST_high_water(Lane lane) const {
  Lock lock(state_->mu);
  return state_->lanes[lane_number(lane)].high_water;
}

std::size_t Pool::limit(Lane lane) const {
  Lock lock(state_->mu);
  return state_->lanes[lane_number(lane)].limit;
}

namespace {

/// Shared by the threads of one for_each_index. A helper may run long after all is done: then it
/// finds the round closed and touches nothing of the caller's.
class IndexRound {
 public:
  IndexRound(std::size_t n, std::stop_token stop) : n_(n), stop_(std::move(stop)) {}

  void work(const std::function<void(std::size_t)>* fn) {
    while (const std::optional<std::size_t> index = begin()) {
      (*fn)(*index);
      end();
    }
  }
  /// Closes the round: no index is begun any more; waits for running ones. True when all were done.
  bool close() {
    Lock lock(mu_);
    closed_ = true;
    idle_.wait(mu_, [this]() PIPIT_REQUIRES(mu_) { return in_flight_ == 0; });
    return done_ == n_;
  }

 private:
  std::optional<std::size_t> begin() {
    Lock lock(mu_);
    if (closed_ || next_ == n_ || stop_.stop_requested()) return std::nullopt;
    ++in_flight_;
    return next_++;
  }
  void end() {
    Lock lock(mu_);
    ++done_;
    if (--in_flight_ == 0) idle_.notify_all();
  }

  const std::size_t n_;
  const std::stop_token stop_;
  base::Mutex mu_;
  base::Condition idle_;
  std::size_t next_ PIPIT_GUARDED_BY(mu_) = 0;
  std::size_t done_ PIPIT_GUARDED_BY(mu_) = 0;
  std::size_t in_flight_ PIPIT_GUARDED_BY(mu_) = 0;
  bool closed_ PIPIT_GUARDED_BY(mu_) = false;
};

}  // namespace

bool for_each_index(Pool& pool, Lane lane, std::size_t n, std::stop_token stop,
                    const std::function<void(std::size_t)>& fn) {
  const auto round = std::make_shared<IndexRound>(n, std::move(stop));
  const std::size_t helpers = n < 2 ? 0 : std::min(n - 1, pool.limit(lane));
  for (std::size_t i = 0; i < helpers; ++i) {
    pool.submit(lane, Priority::blocking, [round, work = &fn] { round->work(work); });
  }
  round->work(&fn);
  return round->close();
}

}  // namespace pipit::sched
