#include "net/timer.h"

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <latch>
#include <thread>
#include <vector>

namespace pipit::net {

TEST_CASE("timer: what is due first runs first, on another thread") {
  Timer timer;
  std::vector<int> order;
  std::latch done(3);
  std::thread::id where;
  timer.post(60'000, [&] { order.push_back(3), done.count_down(); });
  timer.post(30'000, [&] { order.push_back(2), done.count_down(); });
  timer.post(0, [&] {
    order.push_back(1);
    where = std::this_thread::get_id();
    done.count_down();
  });
  done.wait();
  CHECK(order == std::vector<int>{1, 2, 3});
  CHECK_NE(where, std::this_thread::get_id());
}

TEST_CASE("timer: nothing runs before its time") {
  using namespace std::chrono_literals;
  Timer timer;
  std::latch done(1);
  const auto begin = std::chrono::steady_clock::now();
  timer.post(30'000, [&] { done.count_down(); });
  done.wait();
  CHECK_GE(std::chrono::steady_clock::now() - begin, 30ms);
}

TEST_CASE("timer: what must not run on the caller's thread is dropped when there is no other") {
  Timer timer;
  std::latch done(1);
  std::thread::id where;
  timer.post_elsewhere([&] {
    where = std::this_thread::get_id();
    done.count_down();
  });
  done.wait();
  CHECK_NE(where, std::this_thread::get_id());
  timer.stop();
  bool ran = false;
  timer.post_elsewhere([&] { ran = true; });
  CHECK_FALSE(ran);
}

TEST_CASE("timer: its end runs what waits, without its delay") {
  using namespace std::chrono_literals;
  const auto begin = std::chrono::steady_clock::now();
  std::atomic<int> ran{0};
  Timer timer;
  for (int i = 0; i < 3; ++i) timer.post(600'000'000, [&] { ++ran; });
  timer.stop();
  CHECK_EQ(ran, 3);
  timer.post(600'000'000, [&] { ++ran; });
  CHECK_EQ(ran, 4);
  timer.stop();
  CHECK_LT(std::chrono::steady_clock::now() - begin, 60s);
}

TEST_CASE("timer: a task may post another") {
  Timer timer;
  std::latch done(1);
  timer.post(0, [&] { timer.post(1000, [&] { done.count_down(); }); });
  done.wait();
}

}  // namespace pipit::net
