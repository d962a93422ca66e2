#include "base/stop.h"
#include "base/fd.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <chrono>
#include <thread>

namespace pipit::base {

TEST_CASE("stop: a stop makes the descriptor readable, and waits end by it") {
  std::stop_source stop;
  const StopFd stop_fd(stop.get_token());
  int ends[2];
  REQUIRE_EQ(::pipe(ends), 0);
  const Fd reader(ends[0]), writer(ends[1]);
  constexpr short kReadable = 1;  // POLLIN
  CHECK_EQ(wait_fd(reader.get(), kReadable, 5, stop_fd.fd()), Waited::timeout);
  REQUIRE(write_all(writer.get(), "x", "pipe"));
  CHECK_EQ(wait_fd(reader.get(), kReadable, 1000, stop_fd.fd()), Waited::ready);
  stop.request_stop();
  CHECK_EQ(wait_fd(reader.get(), kReadable, -1, stop_fd.fd()), Waited::stopped);
  CHECK_EQ(wait_fd(reader.get(), kReadable, -1, stop_fd.fd()), Waited::stopped);
  CHECK_EQ(wait_fd(999, kReadable, 1000, -1), Waited::failed);
  const StopFd late(stop.get_token());
  CHECK_EQ(wait_fd(-1, 0, -1, late.fd()), Waited::stopped);
}

TEST_CASE("stop: a peer that hung up counts as ready: the next read tells") {
  int ends[2];
  REQUIRE_EQ(::pipe(ends), 0);
  const Fd reader(ends[0]);
  {
    const Fd writer(ends[1]);
  }
  constexpr short kReadable = 1;  // POLLIN
  CHECK_EQ(wait_fd(reader.get(), kReadable, 1000, -1), Waited::ready);
}

TEST_CASE("stop: a pause is as long as it says, or until the stop") {
  using namespace std::chrono_literals;
  std::stop_source stop;
  const auto begin = std::chrono::steady_clock::now();
  CHECK(pause(20ms, stop.get_token()));
  CHECK_GE(std::chrono::steady_clock::now() - begin, 20ms);
  std::jthread stopper([&] { stop.request_stop(); });
  CHECK_FALSE(pause(60s, stop.get_token()));
  CHECK_FALSE(pause(60s, stop.get_token()));
  CHECK_LT(std::chrono::steady_clock::now() - begin, 30s);
}

}  // namespace pipit::base
