#include "sched/pool.h"
#include "sched/cores.h"

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <latch>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace pipit::sched {
namespace {

using base::Lane;

/// Holds a lane of limit 1 until it is let go.
struct Blocker {
  std::latch begun{1}, release{1};
  void hold(Pool& pool, Lane lane) {
    pool.submit(lane, Priority::blocking, [this] {
      begun.count_down();
      release.wait();
    });
    begun.wait();
  }
};

struct Log {
  std::mutex mu;
  std::string text;
  void add(char c) {
    const std::lock_guard lock(mu);
    text.push_back(c);
  }
};

}  // namespace

TEST_CASE("pool: every job runs, and a lane's limit holds") {
  std::atomic<int> ran{0}, inside{0}, most{0};
  {
    Pool pool(LaneLimits{.page = 3});
    std::latch all(200);
    for (int i = 0; i < 200; ++i) {
      pool.submit(Lane::page, Priority::speculative, [&] {
        const int now = ++inside;
        int before = most;
        while (before < now && !most.compare_exchange_weak(before, now)) {
        }
        std::this_thread::yield();
        --inside;
        ++ran;
        all.count_down();
      });
    }
    all.wait();
    CHECK_LE(pool.TEST_high_water(Lane::page), 3);
    CHECK_EQ(pool.limit(Lane::page), 3);
  }
  CHECK_EQ(ran, 200);
  CHECK_LE(most, 3);
}

TEST_CASE("pool: the most wanted goes first, then the oldest") {
  Log log;
  Pool pool(LaneLimits{.page = 1});
  Blocker blocker;
  blocker.hold(pool, Lane::page);
  std::latch all(5);
  const auto add = [&](char c, Priority priority) {
    pool.submit(Lane::page, priority, [&log, &all, c] {
      log.add(c);
      all.count_down();
    });
  };
  add('g', Priority::speculative);
  add('s', Priority::soon);
  add('h', Priority::speculative);
  add('d', Priority::blocking);
  add('e', Priority::blocking);
  blocker.release.count_down();
  all.wait();
  CHECK_EQ(log.text, "desgh");
}

TEST_CASE("pool: of 40 queued guesses the one that is raised to demand runs next") {
  Log log;
  Pool pool(LaneLimits{.metadata = 1});
  Blocker blocker;
  blocker.hold(pool, Lane::metadata);
  std::latch all(40);
  SharedPriorityPtr wanted;
  for (int i = 0; i < 40; ++i) {
    const SharedPriorityPtr priority = make_priority(Priority::speculative);
    if (i == 33) wanted = priority;
    pool.submit(Lane::metadata, priority, [&log, &all, i] {
      log.add(static_cast<char>('0' + i));
      all.count_down();
    });
  }
  wanted->raise(Priority::blocking);
  wanted->raise(Priority::speculative);
  CHECK_EQ(wanted->level(), Priority::blocking);
  blocker.release.count_down();
  all.wait();
  CHECK_EQ(log.text.substr(0, 3), std::string{static_cast<char>('0' + 33), '0', '1'});
}

TEST_CASE("pool: a full lane does not hold up another one") {
  Pool pool(LaneLimits{.metadata = 1, .fetch = 2});
  Blocker one, two;
  one.hold(pool, Lane::fetch);
  two.hold(pool, Lane::fetch);
  for (int i = 0; i < 20; ++i) pool.submit(Lane::fetch, Priority::blocking, [] {});
  std::latch ran(1);
  pool.submit(Lane::metadata, Priority::speculative, [&] { ran.count_down(); });
  ran.wait();
  CHECK_EQ(pool.TEST_high_water(Lane::fetch), 2);
  one.release.count_down();
  two.release.count_down();
}

TEST_CASE("pool: its end drops what is queued and finishes what runs") {
  std::atomic<bool> finished{false}, dropped_ran{false};
  auto token = std::make_shared<int>(0);
  std::latch begun(1);
  {
    Pool pool(LaneLimits{.disk = 1});
    pool.submit(Lane::disk, Priority::speculative, [&] {
      begun.count_down();
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
      finished = true;
    });
    begun.wait();
    pool.submit(Lane::disk, Priority::speculative, [&, token] { dropped_ran = true; });
  }
  CHECK(finished);
  CHECK_FALSE(dropped_ran);
  CHECK_EQ(token.use_count(), 1);
}

TEST_CASE("pool: a job may submit jobs") {
  Pool pool(LaneLimits{.page = 1});
  std::latch all(2);
  pool.submit(Lane::page, Priority::speculative, [&] {
    pool.submit(Lane::page, Priority::speculative, [&] { all.count_down(); });
    pool.submit(Lane::solve, Priority::speculative, [&] { all.count_down(); });
  });
  all.wait();
  CHECK_EQ(pool.TEST_high_water(Lane::page), 1);
}

TEST_CASE("pool: after a shutdown nothing runs, and what is submitted is let go") {
  Pool pool(LaneLimits{});
  auto token = std::make_shared<int>(0);
  std::atomic<int> ran{0};
  pool.submit(Lane::disk, Priority::speculative, [&ran, token] { ++ran; });
  pool.shutdown();
  const int before = ran;
  pool.submit(Lane::disk, Priority::speculative, [&ran, token] { ++ran; });
  pool.shutdown();
  CHECK_EQ(ran, before);
  CHECK_EQ(token.use_count(), 1);
}

TEST_CASE("for each index: all are done once, also from within a job of the same lane") {
  Pool pool(LaneLimits{.disk = 2});
  std::vector<std::atomic<int>> counts(1000);
  CHECK(for_each_index(pool, Lane::disk, counts.size(), {}, [&](std::size_t i) { ++counts[i]; }));
  bool once = true;
  for (const auto& count : counts) once = once && count == 1;
  CHECK(once);

  std::latch done(2);
  std::atomic<int> sum{0};
  for (int job = 0; job < 2; ++job) {
    pool.submit(Lane::disk, Priority::speculative, [&] {
      CHECK(for_each_index(pool, Lane::disk, 100, {},
                           [&](std::size_t i) { sum += static_cast<int>(i); }));
      done.count_down();
    });
  }
  done.wait();
  CHECK_EQ(sum, 2 * 4950);
}

TEST_CASE("for each index: nothing is begun after a stop") {
  Pool pool(LaneLimits{});
  std::stop_source stop;
  std::atomic<int> ran{0};
  CHECK_FALSE(for_each_index(pool, Lane::disk, 10'000, stop.get_token(), [&](std::size_t) {
    if (++ran == 5) stop.request_stop();
  }));
  CHECK_LT(ran, 10'000);
  CHECK(for_each_index(pool, Lane::disk, 0, {}, [](std::size_t) {}));
}

}  // namespace pipit::sched
