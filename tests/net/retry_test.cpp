#include "net/retry.h"

#include <doctest/doctest.h>

using namespace pipit::net;

TEST_CASE("retry: which statuses may pass") {
  for (int status : {408, 425, 429, 500, 502, 503, 504, 520, 524, 527}) {
    CAPTURE(status);
    CHECK(is_retryable_status(status));
  }
  for (int status : {200, 304, 400, 401, 403, 404, 410, 416, 501, 505, 519, 528}) {
    CAPTURE(status);
    CHECK_FALSE(is_retryable_status(status));
  }
}

TEST_CASE("retry: a broken connection may pass, a wrong certificate will not") {
  CHECK(is_retryable_error({pipit::Code::network, "", {}}));
  CHECK_FALSE(is_retryable_error({pipit::Code::tls, "", {}}));
  CHECK_FALSE(is_retryable_error({pipit::Code::cancelled, "", {}}));
}

TEST_CASE("retry: Retry-After in seconds or as a date, within reason") {
  CHECK_EQ(retry_after_us("2", 0), 2'000'000);
  CHECK_EQ(retry_after_us("0", 0), 0);
  CHECK_EQ(retry_after_us("86400", 0), kMaxRetryAfter);
  CHECK_EQ(retry_after_us("Sun, 06 Nov 1994 08:49:37 GMT", 784111777 - 3), 3'000'000);
  CHECK_EQ(retry_after_us("Sun, 06 Nov 1994 08:49:37 GMT", 784111777 + 3), 0);
  CHECK_FALSE(retry_after_us("", 0));
  CHECK_FALSE(retry_after_us("soon", 0));
  CHECK_FALSE(retry_after_us("-1", 0));
}

TEST_CASE("retry: pauses double up to eight seconds, with half of each left to chance") {
  CHECK_EQ(backoff_us(1, 0), 125'000);
  CHECK_LT(backoff_us(1, 1023), 250'000);
  CHECK_EQ(backoff_us(2, 0), 250'000);
  CHECK_EQ(backoff_us(6, 0), 4'000'000);
  CHECK_EQ(backoff_us(60, 0), 4'000'000);
}
TEST_CASE("retry: what a person is told of it") {
  CHECK_EQ(retry_text("no answer from http://h:1 for 15 s", 0, 2, 6),
           "no answer from http://h:1 for 15 s, trying again (2 of 6)");
  CHECK_EQ(retry_text("http://h: answered 503 (Retry-After: 3600)", 60'000'000, 3, 6),
           "http://h: answered 503 (Retry-After: 3600), trying again in 60 s (3 of 6)");
  const Error broken{Code::network, "wheel a: connection reset"};
  CHECK_EQ(resume_text(broken, 4096, 4, 5),
           "wheel a: connection reset, going on at byte 4096 (2 of 6)");
  CHECK_EQ(resume_text(broken, 0, 0, 1),
           "wheel a: connection reset, from the start again (2 of 2)");
}
