#include "sched/threads.h"

#include <doctest/doctest.h>

#include <atomic>
#include <latch>
#include <memory>

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

}  // namespace pipit::sched
