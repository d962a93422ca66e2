#include "sched/once_map.h"

#include <doctest/doctest.h>

#include <atomic>
#include <barrier>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "base/text.h"
#include "sched/wait_graph.h"

namespace pipit::sched {
namespace {

using Map = OnceMap<std::string, int>;

Result<int> cancelled_result() { return fail_cancelled(); }

void pause_briefly() { std::this_thread::sleep_for(std::chrono::milliseconds(20)); }

/// Opened once by one thread, passed by others.
class Latch {
 public:
  void open() {
    open_ = true;
    open_.notify_all();
  }
  void pass() { open_.wait(false); }

 private:
  std::atomic<bool> open_{false};
};

}  // namespace

TEST_CASE("once map: 64 threads on one key run its job once") {
  WaitGraph graph;
  Map map(graph);
  std::atomic<int> runs{0}, sum{0};
  std::barrier start(64);
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 64; ++i) {
      threads.emplace_back([&] {
        start.arrive_and_wait();
        const auto value = map.get("key", "key", {}, [&]() -> Result<int> {
          ++runs;
          pause_briefly();
          return 7;
        });
        if (value) sum += *value;
      });
    }
  }
  CHECK_EQ(runs, 1);
  CHECK_EQ(sum, 64 * 7);
}

TEST_CASE("once map: an error is shared and stays") {
  WaitGraph graph;
  Map map(graph);
  int runs = 0;
  const auto run = [&]() -> Result<int> {
    ++runs;
    return fail(Code::not_found, "x: not there");
  };
  CHECK_EQ(map.get("x", "x", {}, run).error().message, "x: not there");
  CHECK_EQ(map.get("x", "x", {}, run).error().code, Code::not_found);
  CHECK_EQ(runs, 1);
}

TEST_CASE("once map: the first claim is told so, and all share one priority") {
  WaitGraph graph;
  Map map(graph);
  const auto first = map.claim("a", Priority::speculative);
  const auto second = map.claim("a", Priority::soon);
  CHECK(first.first);
  CHECK_FALSE(second.first);
  CHECK_EQ(first.priority, second.priority);
  CHECK_EQ(first.priority->level(), Priority::soon);
  map.claim("a", Priority::speculative);
  CHECK_EQ(first.priority->level(), Priority::soon);
  std::jthread waiter([&] { CHECK_EQ(*map.wait("a", {}), 1); });
  while (first.priority->level() != Priority::blocking) std::this_thread::yield();
  map.fulfil("a", 1);
}

TEST_CASE("once map: continuations run at once or on arrival, outside the lock") {
  WaitGraph graph;
  Map map(graph);
  std::string order;
  CHECK(map.claim("a", Priority::speculative).first);
  map.then("a", [&](const Result<int>& value) {
    order += cat("early ", *value, ";");
    map.then("a", [&](const Result<int>&) { order += "nested;"; });
    map.fulfil("b", *value + 1);
  });
  map.then("b", [&](const Result<int>& value) { order += cat("b ", *value, ";"); });
  CHECK_EQ(order, "");
  map.fulfil("a", 1);
  map.then("a", [&](const Result<int>&) { order += "late;"; });
  CHECK_EQ(order, "early 1;nested;b 2;late;");
}

TEST_CASE("once map: the first result holds, and peek sees only what is there") {
  WaitGraph graph;
  Map map(graph);
  CHECK_FALSE(map.peek("a"));
  map.claim("a", Priority::speculative);
  CHECK_FALSE(map.peek("a"));
  map.fulfil("a", 1);
  map.fulfil("a", 2);
  CHECK_EQ(**map.peek("a"), 1);
  CHECK_FALSE(map.claim("a", Priority::speculative).first);
}

TEST_CASE("once map: cancelling wakes every waiter, and the job goes on") {
  WaitGraph graph;
  Map map(graph);
  CHECK(map.claim("a", Priority::speculative).first);
  std::stop_source stop;
  std::atomic<int> woken{0};
  {
    std::vector<std::jthread> waiters;
    for (int i = 0; i < 16; ++i) {
      waiters.emplace_back([&] {
        const auto value = map.wait("a", stop.get_token());
        if (!value && value.error().code == Code::cancelled) ++woken;
      });
    }
    pause_briefly();
    CHECK_EQ(woken, 0);
    stop.request_stop();
  }
  CHECK_EQ(woken, 16);
  map.fulfil("a", 5);
  CHECK_EQ(*map.wait("a", {}), 5);
}

TEST_CASE("once map: when the runner is cancelled, exactly one live waiter takes over") {
  WaitGraph graph;
  Map map(graph);
  Latch begun, proceed;
  std::atomic<int> runs{0}, good{0};
  std::jthread loser([&] {
    const auto value = map.get("a", "a", {}, [&] {
      begun.open();
      proceed.pass();
      return cancelled_result();
    });
    CHECK_EQ(value.error().code, Code::cancelled);
  });
  begun.pass();
  {
    std::vector<std::jthread> others;
    for (int i = 0; i < 8; ++i) {
      others.emplace_back([&] {
        const auto value = map.get("a", "a", {}, [&]() -> Result<int> {
          ++runs;
          return 9;
        });
        if (value && *value == 9) ++good;
      });
    }
    pause_briefly();
    CHECK_EQ(runs, 0);
    proceed.open();
  }
  CHECK_EQ(runs, 1);
  CHECK_EQ(good, 8);
}

TEST_CASE("once map: continuations outlive a cancelled round") {
  WaitGraph graph;
  Map map(graph);
  int seen = 0;
  map.claim("a", Priority::speculative);
  map.then("a", [&](const Result<int>& value) { seen = *value; });
  map.fulfil("a", cancelled_result());
  CHECK_EQ(seen, 0);
  CHECK_FALSE(map.peek("a"));
  CHECK_EQ(map.wait("a", {}).error().code, Code::cancelled);
  CHECK(map.claim("a", Priority::speculative).first);
  map.fulfil("a", 3);
  CHECK_EQ(seen, 3);
}

TEST_CASE("once map: a waiter in wait() is told when the job was cancelled") {
  WaitGraph graph;
  Map map(graph);
  map.claim("a", Priority::speculative);
  std::jthread waiter([&] { CHECK_EQ(map.wait("a", {}).error().code, Code::cancelled); });
  pause_briefly();
  map.fulfil("a", cancelled_result());
}

}  // namespace pipit::sched
