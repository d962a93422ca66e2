#include "base/file_lock.h"

#include <doctest/doctest.h>

#include <stop_token>
#include <string>
#include <thread>

#include "base/stop.h"
#include "base/text.h"
#include "tests/base/sandbox.h"

namespace pipit::base {

TEST_CASE("file lock: exclusive keeps others out, shared lets them in, a stop ends the wait") {
  const Sandbox box;
  const std::string path = box.path("lock");
  {
    const auto first = FileLock::acquire(path, FileLock::Mode::shared);
    REQUIRE(first);
    CHECK(FileLock::acquire(path, FileLock::Mode::shared));
    std::stop_source stop;
    const StopFd stop_fd(stop.get_token());
    std::jthread stopper([&] { stop.request_stop(); });
    CHECK_EQ(FileLock::acquire(path, FileLock::Mode::exclusive, stop_fd.fd()).error().code,
             Code::cancelled);
  }
  CHECK(FileLock::acquire(path, FileLock::Mode::exclusive));
  CHECK_EQ(FileLock::acquire(box.path("none/lock"), FileLock::Mode::shared).error().code, Code::io);
}

TEST_CASE("file lock: at once or not at all") {
  const Sandbox box;
  const std::string path = box.path("lock");
  {
    const auto first = FileLock::try_acquire(path, FileLock::Mode::exclusive);
    REQUIRE(first);
    REQUIRE(*first);
    for (const auto mode : {FileLock::Mode::shared, FileLock::Mode::exclusive}) {
      const auto second = FileLock::try_acquire(path, mode);
      REQUIRE(second);
      CHECK_FALSE(*second);
    }
  }
  CHECK(*FileLock::try_acquire(path, FileLock::Mode::exclusive));
  CHECK_EQ(FileLock::try_acquire(box.path("none/lock"), FileLock::Mode::exclusive).error().message,
           cat(box.path("none/lock"), ": cannot lock: no such file or directory"));
}

}  // namespace pipit::base
