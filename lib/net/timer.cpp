// Tasks in the order of their times; the thread sleeps until the first of them is due.
#include "net/timer.h"

#include <algorithm>
#include <chrono>
#include <stop_token>
#include <utility>

#include "base/events.h"
#include "base/thread.h"

namespace pipit::net {

bool Timer::start_thread() {
  return thread_.joinable() || base::start_thread(thread_, [this] { run(); });
}

/// False, and `task` is kept, when there is no thread to run it.
bool Timer::add(std::int64_t delay_us, sched::Task& task) {
  base::Lock lock(mu_);
  if (stopping_ || !start_thread()) return false;
  tasks_.emplace(base::now_us() + delay_us, std::move(task));
  changed_.notify_one();
  return true;
}

void Timer::post(std::int64_t delay_us, sched::Task task) {
  if (!add(delay_us, task)) task();
}

void Timer::post_elsewhere(sched::Task task) { (void)add(0, task); }

void Timer::stop() {
  std::thread thread;
  std::multimap<std::int64_t, sched::Task> rest;
  {
    base::Lock lock(mu_);
    stopping_ = true;
    rest.swap(tasks_);
    thread.swap(thread_);
  }
  changed_.notify_all();
  if (thread.joinable()) thread.join();
  for (auto& [time, task] : rest) task();
}

void Timer::run() {
  while (true) {
    sched::Task task;
    {
      base::Lock lock(mu_);
      if (stopping_) return;
      const std::int64_t now = base::now_us();
      if (!tasks_.empty() && tasks_.begin()->first <= now) {
        task = std::move(tasks_.begin()->second);
        tasks_.erase(tasks_.begin());
      } else {
        const std::int64_t first = tasks_.empty() ? now + 3'600'000'000 : tasks_.begin()->first;
        const std::chrono::milliseconds wait((first - now) / 1000 + 1);
        changed_.wait_for(mu_, std::stop_token(), wait, [this, first]() PIPIT_REQUIRES(mu_) {
          return stopping_ || (!tasks_.empty() && tasks_.begin()->first < first);
        });
        continue;
      }
    }
    task();
  }
}

}  // namespace pipit::net
