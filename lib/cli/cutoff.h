// Points in time as users write them, for --exclude-newer and its like.
#pragma once
#include <cstdint>
#include <string_view>

#include "base/result.h"

namespace pipit::cli {

/// What a date without a time stands for: uv's --exclude-newer takes the whole day in, pip's
/// --uploaded-prior-to ends before it.
enum class BareDate : std::uint8_t { whole_day, its_beginning };

/// "2026-01-31", "2026-01-31T12:00:00Z", "2026-01-31 12:00+02:00" (ISO 8601; without a zone the
/// local one), or how long ago: "P3D", "PT12H", "3 days", "1w 2d". Seconds since the epoch; files
/// uploaded from then on are meant. Code::usage says what it is not; months and years are refused,
/// as they have no fixed length.
Result<std::int64_t> parse_cutoff(std::string_view text, BareDate date, std::int64_t now);

}  // namespace pipit::cli
