#include "base/file.h"

#include <doctest/doctest.h>

#include <stop_token>
#include <string>
#include <thread>

#include "base/file_lock.h"
#include "base/file_tree.h"
#include "base/path.h"
#include "base/stop.h"
#include "base/temp_dir.h"
#include "base/text.h"
#include "sandbox.h"

namespace pipit::base {

TEST_CASE("temp dir: goes with its owner unless kept") {
  std::string gone, kept;
  {
    TempDir first = *TempDir::create("/tmp", "pipit-test-");
    TempDir second = std::move(first);
    gone = second.path();
    REQUIRE(write_file(join_path(gone, "f"), "x"));
    TempDir third = *TempDir::create("/tmp", "pipit-test-");
    kept = third.keep();
  }
  CHECK_FALSE(exists(gone));
  CHECK(exists(kept));
  CHECK(remove_tree(kept));
  CHECK_FALSE(TempDir::create("/no/such/parent", "x"));
  CHECK_NE(unique_name("a"), unique_name("a"));
}

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

TEST_CASE("temp dir: one that is moved over another takes its place") {
  TempDir first = *TempDir::create("/tmp", "pipit-test-");
  TempDir second = *TempDir::create("/tmp", "pipit-test-");
  const std::string gone = first.path(), stays = second.path();
  first = std::move(second);
  CHECK_FALSE(exists(gone));
  CHECK_EQ(first.path(), stays);
  CHECK(exists(stays));
  CHECK_EQ((*file_info(stays))->mode, 0700);
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
