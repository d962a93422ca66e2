#include "base/fd.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <utility>

#include "base/file.h"

namespace pipit::base {

TEST_CASE("fd: a full disk has a code of its own") {
  CHECK_EQ(system_error("x", ENOSPC).code, Code::no_space);
  CHECK_EQ(system_error("x", EDQUOT).code, Code::no_space);
  CHECK_EQ(system_error("/a", ENOENT).code, Code::io);
  CHECK_EQ(system_error("/a", ENOSPC).message, "/a: no space left on device");
  const auto full = write_file("/dev/full", "x");
  CHECK_EQ(full.error().code, Code::no_space);
}

TEST_CASE("fd: the owner closes, once, and errno stays") {
  int ends[2];
  REQUIRE_EQ(::pipe(ends), 0);
  Fd reader(ends[0]);
  {
    Fd writer(ends[1]);
    Fd taken(std::move(writer));
    CHECK_FALSE(static_cast<bool>(writer));
    CHECK_EQ(taken.get(), ends[1]);
    REQUIRE(write_all(taken.get(), "some bytes", "pipe"));
    errno = EXDEV;
  }
  CHECK_EQ(errno, EXDEV);
  char text[20];
  CHECK_EQ(::read(reader.get(), text, sizeof text), 10);
  CHECK_EQ(::read(reader.get(), text, sizeof text), 0);  // nobody can write any more
  const int kept = reader.release();
  CHECK_FALSE(static_cast<bool>(reader));
  CHECK_EQ(::fcntl(kept, F_GETFD), 0);
  reader.reset(kept);
  reader.reset();
  CHECK_EQ(::fcntl(kept, F_GETFD), -1);
}

TEST_CASE("fd: what cannot be written is named") {
  const Fd closed;
  const auto done = write_all(closed.get(), "x", "the log");
  REQUIRE_FALSE(done);
  CHECK_EQ(done.error().code, Code::io);
  CHECK(write_all(closed.get(), "", "the log"));
}

}  // namespace pipit::base
