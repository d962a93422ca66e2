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

TEST_CASE("time: seconds since the epoch") {
  CHECK_EQ(utc_seconds(1970, 1, 1, 0, 0, 0), 0);
  CHECK_EQ(utc_seconds(1969, 12, 31, 23, 59, 59), -1);
  CHECK_EQ(utc_seconds(1994, 11, 6, 8, 49, 37), 784111777);
  CHECK_EQ(utc_seconds(2000, 2, 29, 0, 0, 0), 951782400);
  CHECK_EQ(utc_seconds(2038, 1, 19, 3, 14, 8), 2147483648);
  CHECK_EQ(utc_seconds(2016, 12, 31, 23, 59, 60), utc_seconds(2016, 12, 31, 23, 59, 59));
}

TEST_CASE("time: a field out of its range is none") {
  CHECK_FALSE(utc_seconds(2024, 0, 1, 0, 0, 0));
  CHECK_FALSE(utc_seconds(2024, 13, 1, 0, 0, 0));
  CHECK_FALSE(utc_seconds(2024, 1, 0, 0, 0, 0));
  CHECK_FALSE(utc_seconds(2024, 4, 31, 0, 0, 0));
  CHECK_FALSE(utc_seconds(2023, 2, 29, 0, 0, 0));
  CHECK_FALSE(utc_seconds(1900, 2, 29, 0, 0, 0));
  CHECK_FALSE(utc_seconds(2024, 1, 1, 24, 0, 0));
  CHECK_FALSE(utc_seconds(2024, 1, 1, 0, 60, 0));
  CHECK_FALSE(utc_seconds(2024, 1, 1, 0, 0, 61));
  CHECK_FALSE(utc_seconds(2024, 1, 1, -1, 0, 0));
}

TEST_CASE("time: each day is one day behind the day before, and is written as it is") {
  std::int64_t expected = 0;
  for (int year = 1970; year < 2110; ++year) {
    for (int month = 1; month <= 12; ++month) {
      for (int day = 1; day <= 31; ++day) {
        const auto seconds = utc_seconds(year, month, day, 0, 0, 0);
        if (!seconds) continue;
        REQUIRE_EQ(*seconds, expected);
        expected += 86400;
      }
    }
  }
  CHECK_EQ(expected, 86400LL * 51134);  // 140 years, 34 of them with a 29 February
  CHECK_EQ(date_text(0), "1970-01-01");
  CHECK_EQ(date_text(86399), "1970-01-01");
  CHECK_EQ(date_text(*utc_seconds(2024, 2, 29, 12, 0, 0)), "2024-02-29");
}

}  // namespace
}  // namespace pipit::base
