// Dates become seconds and come back; what no calendar has is refused.
#include "base/time.h"

#include <doctest/doctest.h>

#include <string_view>

namespace pipit::base {
namespace {

TEST_CASE("time: ISO times are seconds since the epoch") {
  CHECK_EQ(parse_iso_time("1970-01-01T00:00:00Z"), 0);
  CHECK_EQ(parse_iso_time("2000-02-29T23:59:59Z"), 951868799);
  CHECK_EQ(parse_iso_time("2024-05-01T12:30:00.123456Z"), 1714566600);
}

TEST_CASE("time: what is no ISO time has no seconds") {
  for (const std::string_view text :
       {"nonsense", "", "2023-02-29T00:00:00Z", "2024-13-01T00:00:00Z", "2024-05-01T24:00:00Z",
        "2024-05-01x12:30:00Z", "2024-05-0aT12:30:00Z", "2024-05-01T12:30"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_iso_time(text));
  }
}

TEST_CASE("time: the calendar has leap days every four years, but for three of four centuries") {
  CHECK(is_calendar_date(2024, 2, 29));
  CHECK(is_calendar_date(2000, 2, 29));
  CHECK_FALSE(is_calendar_date(1900, 2, 29));
  CHECK_FALSE(is_calendar_date(2023, 2, 29));
  CHECK_FALSE(is_calendar_date(2024, 4, 31));
  CHECK_FALSE(is_calendar_date(2024, 0, 1));
}

TEST_CASE("time: a date comes back as text") {
  CHECK_EQ(date_text(0), "1970-01-01");
  CHECK_EQ(date_text(-1), "1969-12-31");
  CHECK_EQ(date_text(*utc_seconds(2024, 2, 29, 23, 59, 60)), "2024-02-29");
}

}  // namespace
}  // namespace pipit::base
