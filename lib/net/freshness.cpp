// RFC 9111 for a private cache that serves one program. Two things are stricter than the standard:
// there is no heuristic freshness (section 4.2.2; a Last-Modified alone says nothing about how long
// a page will hold), and whenever the clocks do not fit together the response is revalidated.
#include "net/freshness.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "base/time.h"

namespace pipit::net {
namespace {

constexpr std::int64_t kMaxAge = 365LL * 86'400;
constexpr std::string_view kFormat = "validators 1";

std::optional<int> month_number(std::string_view name) {
  constexpr std::array<std::string_view, 12> kMonths = {"jan", "feb", "mar", "apr", "may", "jun",
                                                        "jul", "aug", "sep", "oct", "nov", "dec"};
  const std::string lower = base::to_lower(name);
  const auto found = std::find(kMonths.begin(), kMonths.end(), lower);
  if (found == kMonths.end()) return std::nullopt;
  return static_cast<int>(found - kMonths.begin()) + 1;
}

std::optional<int> small_number(std::string_view text) {
  const std::optional<std::uint64_t> number = base::parse_uint(text);
  if (!number || *number > 9999) return std::nullopt;
  return static_cast<int>(*number);
}

/// RFC 850 years have two digits; one that would be more than 50 years ahead lies in the past.
int full_year(int year) { return year >= 100 ? year : year + (year < 70 ? 2000 : 1900); }

/// Day, month name, year, "hh:mm:ss".
std::optional<std::int64_t> date_of_words(std::string_view day, std::string_view month,
                                          std::string_view year, std::string_view time) {
  const std::vector<std::string_view> clock = base::split(time, ':');
  if (clock.size() != 3) return std::nullopt;
  const std::optional<int> d = small_number(day), mon = month_number(month), y = small_number(year);
  const std::optional<int> h = small_number(clock[0]), m = small_number(clock[1]);
  const std::optional<int> s = small_number(clock[2]);
  if (!d || !mon || !y || !h || !m || !s) return std::nullopt;
  return base::utc_seconds(full_year(*y), *mon, *d, *h, *m, *s);
}

struct CacheControl {
  std::int64_t max_age = -1;
  bool no_store = false, no_cache = false, must_revalidate = false;
};

/// Directives of all Cache-Control fields. An invalid max-age counts as 0: stale (section 4.2.1).
CacheControl read_cache_control(std::span<const Header> headers) {
  CacheControl control;
  for (const Header& header : headers) {
    if (header.name != "cache-control") continue;
    for (std::string_view piece : base::split(header.value, ',')) {
      const auto pair = base::split_once(piece, '=');
      const std::string name = base::to_lower(base::trim(pair ? pair->first : piece));
      if (name == "no-store") control.no_store = true;
      if (name == "no-cache") control.no_cache = true;
      if (name == "must-revalidate") control.must_revalidate = true;
      if (name != "max-age") continue;
      std::string_view value = pair ? base::trim(pair->second) : std::string_view();
      if (value.size() >= 2 && value.front() == '"') value = value.substr(1, value.size() - 2);
      const std::optional<std::uint64_t> seconds = base::parse_uint(value);
      const bool digits = !value.empty() && std::all_of(value.begin(), value.end(), base::is_digit);
      control.max_age = digits ? kMaxAge : 0;  // too many digits: for ever
      if (seconds)
        control.max_age = std::min(static_cast<std::int64_t>(*seconds & INT64_MAX), kMaxAge);
    }
  }
  return control;
}

/// When the response was generated, as far as its fields say so.
std::int64_t made_at(std::span<const Header> headers, std::int64_t now) {
  const std::optional<std::uint64_t> age = base::parse_uint(find_header(headers, "age"));
  const std::int64_t old =
      age ? static_cast<std::int64_t>(std::min<std::uint64_t>(*age, 1u << 31)) : 0;
  const std::optional<std::int64_t> date = parse_http_date(find_header(headers, "date"));
  return std::max<std::int64_t>(std::min(now, date.value_or(now)) - old, 0);
}

/// The freshness lifetime (RFC 9111 section 4.2.1): max-age before Expires less Date; -1 when the
/// response gives none. must-revalidate without either means stale at once.
std::int64_t lifetime(std::span<const Header> headers, const CacheControl& control,
                      std::int64_t now) {
  if (control.no_cache) return 0;
  if (control.max_age >= 0) return control.max_age;
  const std::string_view expires = find_header(headers, "expires");
  if (!expires.empty()) {
    const std::optional<std::int64_t> until = parse_http_date(expires);
    const std::int64_t date = parse_http_date(find_header(headers, "date")).value_or(now);
    return until ? std::clamp<std::int64_t>(*until - date, 0, kMaxAge) : 0;
  }
  return control.must_revalidate ? 0 : -1;
}

}  // namespace

std::optional<std::int64_t> parse_http_date(std::string_view text) {
  const std::vector<std::string_view> words = base::split_space(text);
  if (words.size() == 6 && words[5] == "GMT") {  // Sun, 06 Nov 1994 08:49:37 GMT
    return date_of_words(words[1], words[2], words[3], words[4]);
  }
  if (words.size() == 4 && words[3] == "GMT") {  // Sunday, 06-Nov-94 08:49:37 GMT
    const std::vector<std::string_view> day = base::split(words[1], '-');
    if (day.size() != 3) return std::nullopt;
    return date_of_words(day[0], day[1], day[2], words[2]);
  }
  if (words.size() == 5) {  // Sun Nov  6 08:49:37 1994
    return date_of_words(words[2], words[1], words[4], words[3]);
  }
  return std::nullopt;
}

/// A stored response without validators and without a digest has nothing to compare with, so it is
/// a miss once it is stale.
Verdict judge(const Validators& stored, std::int64_t now) {
  if (stored.no_store) return Verdict::miss;
  const bool clock_went_back = now < stored.stored_at;
  if (!clock_went_back && stored.max_age > 0 && now - stored.stored_at < stored.max_age) {
    return Verdict::fresh;
  }
  const bool comparable =
      !stored.etag.empty() || !stored.last_modified.empty() || !stored.body_sha256.empty();
  return comparable ? Verdict::revalidate : Verdict::miss;
}

Validators read_validators(std::span<const Header> headers, std::int64_t now) {
  Validators validators;
  const CacheControl control = read_cache_control(headers);
  validators.etag = find_header(headers, "etag");
  validators.last_modified = find_header(headers, "last-modified");
  validators.no_store = control.no_store;
  validators.stored_at = made_at(headers, now);
  validators.max_age = lifetime(headers, control, now);
  return validators;
}

/// Absent fields keep their stored values: a 304 need not repeat Cache-Control or Expires (RFC 9110
/// section 15.4.5). no-store, once set, stays.
Validators renewed(Validators stored, std::span<const Header> headers, std::int64_t now) {
  const Validators update = read_validators(headers, now);
  if (!update.etag.empty()) stored.etag = update.etag;
  if (!update.last_modified.empty()) stored.last_modified = update.last_modified;
  const bool says_age =
      !find_header(headers, "cache-control").empty() || !find_header(headers, "expires").empty();
  if (says_age) stored.max_age = update.max_age;
  stored.no_store = stored.no_store || update.no_store;
  stored.stored_at = update.stored_at;
  return stored;
}

std::string encode_validators(const Validators& validators) {
  return cat(kFormat, "\nstored-at ", validators.stored_at, "\nmax-age ", validators.max_age,
             "\nno-store ", validators.no_store ? 1 : 0, "\netag ", validators.etag,
             "\nlast-modified ", validators.last_modified, "\nsha256 ", validators.body_sha256,
             "\n");
}

std::optional<Validators> decode_validators(std::string_view text) {
  const std::vector<std::string_view> lines = base::split(text, '\n');
  constexpr std::string_view kNames[] = {"stored-at ", "max-age ",       "no-store ",
                                         "etag ",      "last-modified ", "sha256 "};
  if (lines.size() != std::size(kNames) + 2 || lines[0] != kFormat) return std::nullopt;
  std::array<std::string_view, std::size(kNames)> values;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!lines[i + 1].starts_with(kNames[i])) return std::nullopt;
    values[i] = lines[i + 1].substr(kNames[i].size());
  }
  const std::optional<std::uint64_t> stored_at = base::parse_uint(values[0]);
  const std::optional<std::uint64_t> max_age = base::parse_uint(values[1]);
  const bool unknown_age = values[1] == "-1";
  if (!stored_at || *stored_at > INT64_MAX || (!unknown_age && (!max_age || *max_age > kMaxAge))) {
    return std::nullopt;
  }
  Validators validators;
  validators.stored_at = static_cast<std::int64_t>(*stored_at);
  validators.max_age = unknown_age ? -1 : static_cast<std::int64_t>(*max_age);
  validators.no_store = values[2] == "1";
  validators.etag = values[3];
  validators.last_modified = values[4];
  validators.body_sha256 = values[5];
  return validators;
}

}  // namespace pipit::net
