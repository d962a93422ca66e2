#include "net/read_pause.h"

#include <doctest/doctest.h>

namespace {

using pipit::net::ReadPause;

TEST_CASE("a pause in reading ends, and the next one begins with what was read then") {
  ReadPause pause;
  const std::int64_t began = 1'000'000'000;
  CHECK_EQ(pause.left_ms(began), 0);  // nothing was read yet
  pause.has_read(began);
  CHECK_EQ(pause.left_ms(began), ReadPause::kMs);
  CHECK_EQ(pause.left_ms(began + 20'000), ReadPause::kMs - 20);
  CHECK_EQ(pause.left_ms(began + ReadPause::kMs * 1000 - 1), 1);  // not 0 before its time
  CHECK_EQ(pause.left_ms(began + ReadPause::kMs * 1000), 0);
  CHECK_EQ(pause.left_ms(began + 10'000'000), 0);
  pause.has_read(began + 10'000'000);
  CHECK_EQ(pause.left_ms(began + 10'000'000), ReadPause::kMs);
  CHECK_EQ(pause.left_ms(began), ReadPause::kMs);  // a clock that was set back
}

}  // namespace
