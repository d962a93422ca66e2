// Calendar arithmetic: dates of pages, HTTP, certificates and TOML. UTC only, no time zone data, no
// locale.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pipit::base {

/// Whether the proleptic Gregorian calendar has that day (years 0 to 9999).
bool is_calendar_date(int year, int month, int day);
/// Seconds since the epoch of a UTC date and time (proleptic Gregorian calendar); nullopt when a
/// field is out of its range. A leap second counts as the second before it.
std::optional<std::int64_t> utc_seconds(int year, int month, int day, int hour, int minute,
                                        int second);
/// "2024-05-01T12:30:00", maybe with a fraction (it is cut off) and a "Z". nullopt when it is not
/// such a time.
std::optional<std::int64_t> parse_iso_time(std::string_view text);
/// "2026-11-20".
std::string date_text(std::int64_t seconds);
/// The system clock, seconds since the epoch.
std::int64_t now_seconds();

}  // namespace pipit::base
