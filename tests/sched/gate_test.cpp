#include "sched/gate.h"

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

namespace pipit::sched {
namespace {

void settle() { std::this_thread::sleep_for(std::chrono::milliseconds(30)); }

}  // namespace

TEST_CASE("gate: never more than its permits are out, and all get in") {
  Gate gate(3);
  std::atomic<int> inside{0}, most{0}, passed{0};
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 24; ++i) {
      threads.emplace_back([&] {
        for (int round = 0; round < 20; ++round) {
          const Permit permit = gate.acquire({});
          const int now = ++inside;
          int before = most;
          while (before < now && !most.compare_exchange_weak(before, now)) {
          }
          std::this_thread::yield();
          --inside;
          ++passed;
        }
      });
    }
  }
  CHECK_EQ(passed, 24 * 20);
  CHECK_LE(most, 3);
  CHECK_LE(gate.TEST_high_water(), 3);
  CHECK_GE(gate.TEST_high_water(), 1);
}

TEST_CASE("gate: a permit moves and is given back once") {
  Gate gate(1);
  Permit first = gate.try_acquire();
  CHECK(first);
  CHECK_FALSE(gate.try_acquire());
  Permit second = std::move(first);
  CHECK_FALSE(gate.try_acquire());
  second = Permit();
  CHECK(gate.try_acquire());
  CHECK_EQ(gate.TEST_high_water(), 1);
}

TEST_CASE("gate: a demand larger than the gate goes in alone") {
  Gate gate(10);
  Permit small = gate.try_acquire(1);
  CHECK_FALSE(gate.try_acquire(100));
  small = Permit();
  const Permit large = gate.try_acquire(100);
  CHECK(large);
  CHECK_FALSE(gate.try_acquire(1));
}

TEST_CASE("gate: first come, first served: small ones do not overtake a large one") {
  Gate gate(10);
  Permit held = gate.acquire({}, 5);
  std::string order;
  std::mutex order_mu;
  const auto enter = [&](char name, std::uint64_t units) {
    const Permit permit = gate.acquire({}, units);
    const std::lock_guard lock(order_mu);
    order.push_back(name);
  };
  std::jthread large([&] { enter('L', 10); });
  settle();
  std::jthread small([&] { enter('s', 1); });
  settle();
  CHECK_FALSE(gate.try_acquire(1));
  held = Permit();
  large.join();
  small.join();
  CHECK_EQ(order, "Ls");
}

TEST_CASE("gate: a stopped waiter leaves the line and lets the next one in") {
  Gate gate(10);
  const Permit held = gate.acquire({}, 5);
  std::stop_source stop;
  std::atomic<bool> small_in{false};
  std::jthread large([&] { CHECK_FALSE(gate.acquire(stop.get_token(), 10)); });
  settle();
  std::jthread small([&] {
    const Permit permit = gate.acquire({}, 1);
    small_in = static_cast<bool>(permit);
  });
  settle();
  CHECK_FALSE(small_in);
  stop.request_stop();
  large.join();
  small.join();
  CHECK(small_in);
}

}  // namespace pipit::sched
