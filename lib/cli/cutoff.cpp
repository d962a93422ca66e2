// Three grammars, told apart by how they begin: a digit and a dash in fifth place is a date, "P" an
// ISO 8601 duration, anything else numbers with units in words.
#include "cli/cutoff.h"

#include <ctime>
#include <optional>

#include "base/text.h"
#include "base/time.h"

namespace pipit::cli {
namespace {

constexpr std::uint64_t kMaxCount = 10'000'000;

/// Digits at the front of `text`, which are taken away; nullopt when there are none or too many.
std::optional<std::int64_t> take_number(std::string_view& text, std::size_t width = 0) {
  std::size_t digits = 0;
  while (digits < text.size() && base::is_digit(text[digits])) ++digits;
  if (width != 0 && digits > width) digits = width;
  if (digits == 0 || (width != 0 && digits != width)) return std::nullopt;
  const auto number = base::parse_uint(text.substr(0, digits));
  if (!number || *number > kMaxCount) return std::nullopt;
  text.remove_prefix(digits);
  return static_cast<std::int64_t>(*number);
}

bool take_char(std::string_view& text, std::string_view any_of) {
  if (text.empty() || any_of.find(text.front()) == std::string_view::npos) return false;
  text.remove_prefix(1);
  return true;
}

/// Seconds of a unit: "d", "days". 0: none of fixed length.
std::int64_t unit_seconds(std::string_view unit) {
  struct Unit {
    std::string_view letter, name;
    std::int64_t seconds;
  };
  constexpr Unit kUnits[] = {{"w", "week", 604800},
                             {"d", "day", 86400},
                             {"h", "hour", 3600},
                             {"m", "minute", 60},
                             {"s", "second", 1}};
  for (const Unit& one : kUnits)
    if (unit == one.letter || unit == one.name ||
        (unit.ends_with('s') && unit.substr(0, unit.size() - 1) == one.name))
      return one.seconds;
  return 0;
}

/// "p1w2dt12h30m", lower case.
std::optional<std::int64_t> parse_iso_duration(std::string_view text) {
  std::int64_t total = 0;
  bool time = false, any = false;
  text.remove_prefix(1);
  while (!text.empty()) {
    if (!time && take_char(text, "t")) time = true;
    const auto count = take_number(text);
    if (!count || text.empty()) return std::nullopt;
    const std::string_view unit = text.substr(0, 1);
    // "P1M" is a month, "PT1M" a minute.
    const bool fits = time ? unit == "h" || unit == "m" || unit == "s" : unit == "w" || unit == "d";
    if (!fits) return std::nullopt;
    total += *count * unit_seconds(unit);
    text.remove_prefix(1);
    any = true;
  }
  return any ? std::optional(total) : std::nullopt;
}

/// "3 days", "1w 2d", "1 day, 12 hours ago", lower case.
std::optional<std::int64_t> parse_spoken_duration(std::string_view text) {
  if (text.ends_with(" ago")) text.remove_suffix(4);
  std::int64_t total = 0;
  bool any = false;
  for (text = base::trim(text); !text.empty(); text = base::trim(text)) {
    const auto count = take_number(text);
    text = base::trim(text);
    std::size_t letters = 0;
    while (letters < text.size() && text[letters] >= 'a' && text[letters] <= 'z') ++letters;
    const std::int64_t seconds = unit_seconds(text.substr(0, letters));
    if (!count || seconds == 0) return std::nullopt;
    total += *count * seconds;
    text.remove_prefix(letters);
    take_char(text, ",");
    any = true;
  }
  return any ? std::optional(total) : std::nullopt;
}

/// Seconds east of Greenwich behind a time ("z", "+02:00", "-0530"); nullopt: no zone is named.
Result<std::optional<std::int64_t>> parse_zone(std::string_view text) {
  if (text.empty()) return std::nullopt;
  if (text == "z") return 0;
  const bool west = text.front() == '-';
  if (!take_char(text, "+-")) return fail(Code::parse, "");
  const auto hours = take_number(text, 2);
  take_char(text, ":");
  const auto minutes = text.empty() ? std::optional<std::int64_t>(0) : take_number(text, 2);
  if (!hours || !minutes || !text.empty() || *hours > 23 || *minutes > 59)
    return fail(Code::parse, "");
  const std::int64_t seconds = *hours * 3600 + *minutes * 60;
  return west ? -seconds : seconds;
}

/// Code::parse, without words, when it is none.
Result<std::int64_t> parse_moment(std::string_view text, BareDate date) {
  std::tm moment{};
  const auto year = take_number(text, 4);
  const bool dashes = take_char(text, "-");
  const auto month = take_number(text, 2);
  if (dashes && !take_char(text, "-")) return fail(Code::parse, "");
  const auto day = take_number(text, 2);
  const auto number = [](std::int64_t value) { return static_cast<int>(value); };
  if (!year || !month || !day ||
      !base::is_calendar_date(number(*year), number(*month), number(*day)))
    return fail(Code::parse, "");
  moment.tm_year = static_cast<int>(*year - 1900);
  moment.tm_mon = static_cast<int>(*month - 1);
  moment.tm_mday = static_cast<int>(*day);
  moment.tm_isdst = -1;  // whether it is summer there, the C library knows
  if (text.empty()) {
    if (date == BareDate::whole_day) ++moment.tm_mday;
    return static_cast<std::int64_t>(std::mktime(&moment));
  }
  if (!take_char(text, "t ")) return fail(Code::parse, "");
  const auto hour = take_number(text, 2);
  const bool colon = take_char(text, ":");
  const auto minute = take_number(text, 2);
  std::optional<std::int64_t> second = 0;
  if (take_char(text, ":") || (!colon && !text.empty() && base::is_digit(text.front())))
    second = take_number(text, 2);
  if (!hour || !minute || !second || *hour > 23 || *minute > 59 || *second > 60)
    return fail(Code::parse, "");
  // Indexes are read in whole seconds; a fraction is cut off.
  if (take_char(text, ".,") && !take_number(text)) return fail(Code::parse, "");
  PIPIT_TRY(const auto zone, parse_zone(base::trim(text)));
  moment.tm_hour = static_cast<int>(*hour);
  moment.tm_min = static_cast<int>(*minute);
  moment.tm_sec = static_cast<int>(*second);
  if (!zone) return static_cast<std::int64_t>(std::mktime(&moment));
  const auto utc = base::utc_seconds(number(*year), moment.tm_mon + 1, moment.tm_mday,
                                     moment.tm_hour, moment.tm_min, moment.tm_sec);
  if (!utc) return fail(Code::parse, "");
  return *utc - *zone;
}

}  // namespace

Result<std::int64_t> parse_cutoff(std::string_view text, BareDate date, std::int64_t now) {
  const std::string lower = base::to_lower(base::trim(text));
  const auto duration =
      lower.starts_with('p') ? parse_iso_duration(lower) : parse_spoken_duration(lower);
  if (duration) return now - *duration;
  if (auto moment = parse_moment(lower, date)) return *moment;
  return fail(
      Error{Code::usage, "not a date, a time or a duration in weeks, days or less"}.with_hint(
          "2026-01-31, 2026-01-31T12:00:00Z, P3D and \"3 days\" are understood"));
}

}  // namespace pipit::cli
