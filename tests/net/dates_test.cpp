#include "net/dates.h"

#include <doctest/doctest.h>

namespace pipit::net {

TEST_CASE("dates: seconds since the epoch") {
  CHECK_EQ(utc_seconds(1970, 1, 1, 0, 0, 0), 0);
  CHECK_EQ(utc_seconds(1969, 12, 31, 23, 59, 59), -1);
  CHECK_EQ(utc_seconds(1994, 11, 6, 8, 49, 37), 784111777);
  CHECK_EQ(utc_seconds(2000, 2, 29, 0, 0, 0), 951782400);
  CHECK_EQ(utc_seconds(2038, 1, 19, 3, 14, 8), 2147483648);
  CHECK_EQ(utc_seconds(2016, 12, 31, 23, 59, 60), utc_seconds(2016, 12, 31, 23, 59, 59));
}

TEST_CASE("dates: a field out of its range is none") {
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

TEST_CASE("dates: each day is one day behind the day before, and is written as it is") {
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

}  // namespace pipit::net
