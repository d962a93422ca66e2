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

}  // namespace pipit::sched
