#include "cli/cutoff.h"

#include <doctest/doctest.h>

namespace pipit::cli {
namespace {

constexpr std::int64_t kNow = 1'000'000'000;

std::int64_t moment(std::string_view text, BareDate date = BareDate::whole_day) {
  const auto seconds = parse_cutoff(text, date, kNow);
  return seconds ? *seconds : -1;
}

TEST_CASE("cutoff: times with a zone") {
  CHECK_EQ(moment("1970-01-02T00:00:00Z"), 86400);
  CHECK_EQ(moment("1970-01-02 00:00z"), 86400);
  CHECK_EQ(moment("1970-01-02T02:00:00+02:00"), 86400);
  CHECK_EQ(moment("1970-01-01T19:30:00-0430"), 86400);
  CHECK_EQ(moment("19700102T000001Z"), 86401);
  CHECK_EQ(moment("1970-01-02T00:00:00.999Z"), 86400);
}

TEST_CASE("cutoff: a date is a day of the local zone, taken in or not") {
  const std::int64_t begin = moment("2024-05-01", BareDate::its_beginning);
  CHECK_EQ(moment("2024-05-01") - begin, 86400);
  CHECK_EQ(moment("2024-05-01T00:00:00"), begin);
  CHECK_EQ(moment("2024-12-31"), moment("2025-01-01", BareDate::its_beginning));
}

TEST_CASE("cutoff: durations count back from now") {
  for (const std::string_view text : {"P3D", "p3d", "3 days", "3d", "72 hours", "PT72H", "3 days ago",
                                      "2d 24h", "P2DT24H", "2 days, 1 day"})
    CHECK_EQ(moment(text), kNow - 3 * 86400);
  CHECK_EQ(moment("P1W"), kNow - 604800);
  CHECK_EQ(moment("PT1M"), kNow - 60);
}

TEST_CASE("cutoff: anything else is a usage error with the option in it") {
  for (const std::string_view text :
       {"", "P", "PT", "P1M", "1 month", "P1Y", "3", "3 d 4", "-3 days", "99999999999 days",
        "2024-13-01", "2024-05-32", "2024-05", "2024-05-01T25:00Z", "2024-05-01T10", "tomorrow",
        "2024-05-01T10:00:00+2", "2024-05-01T10:00:00 UTC"})
    CHECK_MESSAGE(moment(text) == -1, text);
  const auto error = parse_cutoff("soon", BareDate::whole_day, kNow);
  REQUIRE_FALSE(error);
  CHECK(error.error().code == Code::usage);
  CHECK(error.error().message.starts_with("not a date"));
}

}  // namespace
}  // namespace pipit::cli
