// Days and civil dates convert by counting in 400-year eras of 146097 days, with years that begin
// in March, so that the leap day is the last day of its year and needs no special case.
#include "base/time.h"

#include <chrono>

#include "base/text.h"

namespace pipit::base {
namespace {

constexpr std::int64_t kDaysPerEra = 146097;
constexpr std::int64_t kEpochOffset = 719468;  // days from 0000-03-01 to 1970-01-01

int days_in_month(int year, int month) {
  constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return month == 2 && leap ? 29 : kDays[month - 1];
}

std::int64_t days_from_civil(std::int64_t year, int month, int day) {
  if (month <= 2) --year;
  const std::int64_t era = year / 400;
  const std::int64_t year_of_era = year - era * 400;
  const std::int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  const std::int64_t day_of_era =
      year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * kDaysPerEra + day_of_era - kEpochOffset;
}

std::string padded_number(std::int64_t number) {
  return number < 10 ? cat("0", number) : cat(number);
}

}  // namespace

bool is_calendar_date(int year, int month, int day) {
  if (year < 0 || year > 9999 || month < 1 || month > 12) return false;
  return day >= 1 && day <= days_in_month(year, month);
}

std::optional<std::int64_t> utc_seconds(int year, int month, int day, int hour, int minute,
                                        int second) {
  if (year < 1 || !is_calendar_date(year, month, day)) return std::nullopt;
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60) {
    return std::nullopt;
  }
  if (second == 60) second = 59;
  return ((days_from_civil(year, month, day) * 24 + hour) * 60 + minute) * 60 + second;
}

std::optional<std::int64_t> parse_iso_time(std::string_view text) {
  if (text.size() < 19 || text[4] != '-' || text[7] != '-' || text[13] != ':' || text[16] != ':')
    return std::nullopt;
  if (text[10] != 'T' && text[10] != 't' && text[10] != ' ') return std::nullopt;
  int parts[6];
  constexpr std::size_t kFrom[] = {0, 5, 8, 11, 14, 17}, kLength[] = {4, 2, 2, 2, 2, 2};
  for (std::size_t i = 0; i < 6; ++i) {
    const auto number = parse_uint(text.substr(kFrom[i], kLength[i]));
    if (!number) return std::nullopt;
    parts[i] = static_cast<int>(*number);
  }
  return utc_seconds(parts[0], parts[1], parts[2], parts[3], parts[4], parts[5]);
}

std::string date_text(std::int64_t seconds) {
  std::int64_t days = seconds / 86400;
  if (seconds % 86400 < 0) --days;
  days += kEpochOffset;
  const std::int64_t era = (days >= 0 ? days : days - (kDaysPerEra - 1)) / kDaysPerEra;
  const std::int64_t day_of_era = days - era * kDaysPerEra;
  const std::int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const std::int64_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t shifted_month = (5 * day_of_year + 2) / 153;
  const std::int64_t day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
  const std::int64_t month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
  const std::int64_t year = year_of_era + era * 400 + (month <= 2 ? 1 : 0);
  return cat(year, "-", padded_number(month), "-", padded_number(day));
}

std::int64_t now_seconds() {
  const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::seconds>(since_epoch).count();
}

}  // namespace pipit::base
