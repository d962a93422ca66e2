#include "distribution/source/shard_lock.h"

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "base/events.h"
#include "base/temp_dir.h"
#include "base/text.h"
#include "sched/wait_graph.h"

namespace pipit::distribution {
namespace {

/// What one process has: its own store, graph and locks, on a directory shared with others.
struct LockProcess {
  explicit LockProcess(const std::string& directory)
      : store({directory, ""}, events), locks(store, graph) {}
  base::NoEvents events;
  cache::Store store;
  sched::WaitGraph graph;
  ShardLocks locks;
};

using Clock = std::chrono::steady_clock;

TEST_CASE("dist shard lock: one at a time, among processes and threads") {
  base::TempDir place = *base::TempDir::create("/tmp", "pipit-lock-test-");
  std::vector<std::unique_ptr<LockProcess>> processes;
  for (int i = 0; i < 4; ++i) processes.push_back(std::make_unique<LockProcess>(place.path()));
  std::atomic<int> inside{0}, most{0};
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i)
      threads.emplace_back([&, i] {
        const int job = i;
        LockProcess& process = *processes[static_cast<std::size_t>(i) % 4];
        const sched::WaitGraph::Working working(process.graph, &job, "job");
        auto held = process.locks.acquire("a", {});
        CHECK(held.has_value());
        most = std::max(most.load(), ++inside);
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
        --inside;
      });
  }
  CHECK(most == 1);
}

TEST_CASE("dist shard lock: a stop ends the wait") {
  base::TempDir place = *base::TempDir::create("/tmp", "pipit-lock-test-");
  LockProcess one(place.path()), other(place.path());
  auto held = one.locks.acquire("a", {});
  std::stop_source stop;
  std::jthread later([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    stop.request_stop();
  });
  auto waited = other.locks.acquire("a", stop.get_token());
  REQUIRE_FALSE(waited.has_value());
  CHECK(waited.error().code == Code::cancelled);
}

TEST_CASE("dist shard lock: processes that wait for each other in a circle go on without") {
  base::TempDir place = *base::TempDir::create("/tmp", "pipit-lock-test-");
  LockProcess one(place.path()), other(place.path());
  std::atomic<int> ready{0}, done{0};
  // A build under the lock `first` needs, in another thread, a build under the lock `second`.
  const auto build = [&](LockProcess& process, const std::string& first,
                         const std::string& second) {
    const int outer = 0, inner = 0;
    const sched::WaitGraph::Working working(process.graph, &outer, first);
    auto held = process.locks.acquire(first, {});
    REQUIRE(held.has_value());
    ++ready;
    while (ready < 2) std::this_thread::yield();
    REQUIRE(process.graph.begin_wait(&inner).has_value());
    std::jthread nested([&] {
      const sched::WaitGraph::Working nested_working(process.graph, &inner, second);
      if (process.locks.acquire(second, {})) ++done;
    });
    nested.join();
    process.graph.end_wait(&inner);
  };
  const auto begin = Clock::now();
  std::jthread there([&] { build(other, "b", "a"); });
  build(one, "a", "b");
  there.join();
  CHECK(done == 2);
  CHECK(Clock::now() - begin < std::chrono::seconds(20));
}

TEST_CASE("dist shard lock: a nested build waits as long as the other one works") {
  base::TempDir place = *base::TempDir::create("/tmp", "pipit-lock-test-");
  LockProcess one(place.path()), other(place.path());
  const int outer = 0, inner = 0;
  std::atomic<bool> over{false};
  std::jthread there([&] {
    auto held = other.locks.acquire("b", {});
    std::this_thread::sleep_for(
        std::chrono::milliseconds(2600));  // longer than patience with marks
    over = true;
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  const sched::WaitGraph::Working working(one.graph, &outer, "a");
  auto held = one.locks.acquire("a", {});
  REQUIRE(one.graph.begin_wait(&inner).has_value());
  std::jthread nested([&] {
    const sched::WaitGraph::Working nested_working(one.graph, &inner, "b");
    auto waited = one.locks.acquire("b", {});
    CHECK(waited.has_value());
    CHECK(over.load());
  });
  nested.join();
  one.graph.end_wait(&inner);
}

}  // namespace
}  // namespace pipit::distribution
