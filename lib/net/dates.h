// Calendar arithmetic for HTTP dates and certificates. UTC only, no time zone data, no locale.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pipit::net {

/// Seconds since the epoch of a UTC date and time (proleptic Gregorian calendar); nullopt when a
/// field is out of its range. A leap second counts as the second before it.
std::optional<std::int64_t> utc_seconds(int year, int month, int day, int hour, int minute,
                                        int second);
/// "2026-11-20".
std::string date_text(std::int64_t seconds);
/// The system clock, seconds since the epoch.
std::int64_t now_seconds();

}  // namespace pipit::net
