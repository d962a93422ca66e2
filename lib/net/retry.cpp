// Back-off is jittered: forty requests that an overloaded server refused at the same time must not
// come back at the same time.
#include "net/retry.h"

#include <algorithm>

#include "base/text.h"
#include "net/freshness.h"

namespace pipit::net {

bool is_retryable_status(int status) {
  switch (status) {
    case 408:
    case 425:
    case 429:
    case 500:
    case 502:
    case 503:
    case 504:
      return true;
    default:
      return status >= 520 && status <= 527;
  }
}

bool is_retryable_error(const Error& error) { return error.code == Code::network; }

std::optional<std::int64_t> retry_after_us(std::string_view value, std::int64_t now) {
  value = base::trim(value);
  std::int64_t seconds = 0;
  if (const std::optional<std::uint64_t> number = base::parse_uint(value)) {
    seconds = static_cast<std::int64_t>(std::min<std::uint64_t>(*number, 86'400));
  } else if (const std::optional<std::int64_t> date = parse_http_date(value)) {
    seconds = std::clamp<std::int64_t>(*date - now, 0, 86'400);
  } else {
    return std::nullopt;
  }
  return std::min(seconds * 1'000'000, kMaxRetryAfter);
}

std::int64_t backoff_us(int attempt, std::uint32_t random) {
  const std::int64_t whole = 250'000LL << std::clamp(attempt - 1, 0, 5);
  return whole / 2 + whole / 2 * (random % 1024) / 1024;
}

std::string retry_text(std::string_view failure, std::int64_t pause_us, int next, int of) {
  const std::int64_t seconds = pause_us / 1'000'000;
  return cat(failure, ", trying again ", seconds > 0 ? cat("in ", seconds, " s ") : "", "(", next,
             " of ", of, ")");
}

std::string resume_text(const Error& error, std::uint64_t byte, int left, int retries) {
  const std::string where = byte > 0 ? cat("going on at byte ", byte) : "from the start again";
  return cat(error.message, ", ", where, " (", retries - left + 1, " of ", retries + 1, ")");
}

}  // namespace pipit::net
