// A thread per job; finished threads are joined when the next one begins.
#include "sched/threads.h"

#include <algorithm>
#include <atomic>
#include <utility>

#include "base/thread.h"

namespace pipit::sched {

struct Threads::Thread {
  Task job;
  std::atomic<bool> over{false};
  std::thread thread;
  ~Thread() {
    if (thread.joinable()) thread.join();
  }
};

bool Threads::run(Task job) {
  auto one = std::make_shared<Thread>();
  one->job = std::move(job);
  if (!base::start_thread(one->thread, [raw = one.get()] {
        raw->job();
        raw->job = Task();  // its captures are released before the thread counts as over
        raw->over.store(true, std::memory_order_release);
      }))
    return false;
  std::vector<std::shared_ptr<Thread>> over;
  base::Lock lock(mu_);
  const auto done = std::stable_partition(threads_.begin(), threads_.end(), [](const auto& each) {
    return !each->over.load(std::memory_order_acquire);
  });
  over.assign(done, threads_.end());
  threads_.erase(done, threads_.end());
  threads_.push_back(std::move(one));
  return true;
}

void Threads::join() {
  while (true) {
    std::vector<std::shared_ptr<Thread>> all;
    {
      base::Lock lock(mu_);
      all.swap(threads_);
    }
    if (all.empty()) return;
  }
}

void run_each(std::size_t count, std::size_t most, const std::function<void(std::size_t)>& job) {
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    for (std::size_t i = next++; i < count; i = next++) job(i);
  };
  std::vector<std::jthread> workers;
  while (workers.size() + 1 < std::min(count, most)) {
    std::jthread worker;
    if (!base::start_thread(worker, [&](std::stop_token) { work(); })) break;
    workers.push_back(std::move(worker));
  }
  work();
}

}  // namespace pipit::sched
