// Whether to try again, and when. Pure.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace pipit::net {

/// Statuses of passing conditions: 408 425 429 500 502 503 504 and 520 to 527.
bool is_retryable_status(int status);
/// Broken connections and time-outs may pass; a wrong certificate will not.
bool is_retryable_error(const Error& error);
/// The Retry-After field (RFC 9110 section 10.2.3) as microseconds from `now` (seconds since the
/// epoch): a number of seconds or a date, at most `kMaxRetryAfter`; nullopt when it is neither.
std::optional<std::int64_t> retry_after_us(std::string_view value, std::int64_t now);
constexpr std::int64_t kMaxRetryAfter = 60'000'000;
/// How long to wait after try number `attempt` (counted from 1): a random part, between one half
/// and all, of a delay that doubles from 250 ms to 8 s. `random` chooses the part.
std::int64_t backoff_us(int attempt, std::uint32_t random);
/// What a person is told about it: "http://h:1: connection refused, trying again (2 of 6)"; "…
/// again in 60 s (2 of 6)" for a pause (microseconds) that the server asked for. The same for all
/// requests to one server, as they mostly fail together.
std::string retry_text(std::string_view failure, std::int64_t pause_us, int next, int of);
/// For an exchange that broke in the middle: "…, going on at byte 4096 (2 of 6)", from the start at
/// byte 0. `left`: of `retries`, after this one.
std::string resume_text(const Error& error, std::uint64_t byte, int left, int retries);

}  // namespace pipit::net
