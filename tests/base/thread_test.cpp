#include "base/thread.h"

#include <doctest/doctest.h>

#include <atomic>

namespace pipit::base {

TEST_CASE("thread: the body runs on a thread of its own") {
  std::thread thread;
  std::thread::id inside;
  REQUIRE(start_thread(thread, [&] { inside = std::this_thread::get_id(); }));
  const std::thread::id given = thread.get_id();
  thread.join();
  CHECK_EQ(inside, given);
  CHECK_NE(inside, std::this_thread::get_id());
}

TEST_CASE("thread: the end of a jthread stops its body") {
  std::atomic<bool> stopped{false};
  {
    std::jthread thread;
    REQUIRE(start_thread(thread, [&](std::stop_token stop) {
      while (!stop.stop_requested()) std::this_thread::yield();
      stopped = true;
    }));
  }
  CHECK(stopped);
}

}  // namespace pipit::base
