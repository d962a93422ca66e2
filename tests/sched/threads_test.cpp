#include "sched/threads.h"

#include <doctest/doctest.h>

#include <atomic>
#include <latch>
#include <memory>
#include <vector>

namespace pipit::sched {

TEST_CASE("threads: jobs may wait for each other, however many there are") {
  constexpr int kJobs = 40;
  std::latch all(kJobs);
  std::atomic<int> ran{0};
  {
    Threads threads;
    for (int i = 0; i < kJobs; ++i) {
      REQUIRE(threads.run([&] {
        all.arrive_and_wait();
        ++ran;
      }));
    }
  }
  CHECK_EQ(ran, kJobs);
}

TEST_CASE("threads: join waits for those that jobs start, too") {
  Threads threads;
  std::atomic<int> ran{0};
  REQUIRE(threads.run([&] {
    ++ran;
    threads.run([&] {
      ++ran;
      threads.run([&] { ++ran; });
    });
  }));
  threads.join();
  CHECK_EQ(ran, 3);
  threads.join();
}

TEST_CASE("threads: what a job holds goes with it") {
  const auto held = std::make_shared<int>(1);
  Threads threads;
  REQUIRE(threads.run([held] { (void)*held; }));
  threads.join();
  CHECK_EQ(held.use_count(), 1);
}

TEST_CASE("threads: each job is done once, by as many threads as may be") {
  constexpr std::size_t kMost = 4;
  std::latch all(kMost);
  std::vector<std::atomic<int>> ran(kMost * 3);
  run_each(ran.size(), kMost, [&](std::size_t i) {
    if (i < kMost) all.arrive_and_wait();  // they run at the same time
    ++ran[i];
  });
  for (const auto& times : ran) CHECK_EQ(times, 1);
  run_each(0, kMost, [&](std::size_t) { FAIL("there is no job"); });
  int alone = 0;
  run_each(3, 1, [&](std::size_t) { ++alone; });
  CHECK_EQ(alone, 3);
}

}  // namespace pipit::sched
