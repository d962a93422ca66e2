#include "net/freshness.h"

#include <doctest/doctest.h>

#include <vector>

namespace {

using namespace pipit::net;

constexpr std::int64_t kNow = 1'700'000'000;

Validators read(std::vector<Header> headers) { return read_validators(headers, kNow); }

}  // namespace

TEST_CASE("http dates: the three forms name the same second") {
  CHECK_EQ(parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT"), 784111777);
  CHECK_EQ(parse_http_date("Sunday, 06-Nov-94 08:49:37 GMT"), 784111777);
  CHECK_EQ(parse_http_date("Sun Nov  6 08:49:37 1994"), 784111777);
}

TEST_CASE("http dates: anything else is none") {
  for (const char* text :
       {"", "0", "-1", "Sun, 06 Nov 1994 08:49:37 CET", "Sun, 31 Feb 2024 08:49:37 GMT",
        "Sun, 06 Nov 1994 25:00:00 GMT", "06 Nov 1994", "Sun, 06 Foo 1994 08:49:37 GMT"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_http_date(text));
  }
}

TEST_CASE("freshness: how long an answer holds") {
  struct Case {
    std::vector<Header> headers;
    std::int64_t max_age;
  };
  const std::vector<Case> cases = {
      {{}, -1},
      {{{"last-modified", "Sun, 06 Nov 1994 08:49:37 GMT"}}, -1},
      {{{"cache-control", "max-age=600"}}, 600},
      {{{"cache-control", "public, MAX-AGE=\"600\""}}, 600},
      {{{"cache-control", "max-age=600, no-cache"}}, 0},
      {{{"cache-control", "must-revalidate"}}, 0},
      {{{"cache-control", "max-age=600, must-revalidate"}}, 600},
      {{{"cache-control", "max-age=nonsense"}}, 0},
      {{{"cache-control", "max-age=99999999999999999999999"}}, 365LL * 86400},
      {{{"cache-control", "public"}, {"cache-control", "max-age=5"}}, 5},
      {{{"cache-control", "s-maxage=9"}}, -1},
      {{{"expires", "0"}}, 0},
      {{{"date", "Tue, 14 Nov 2023 22:13:20 GMT"}, {"expires", "Tue, 14 Nov 2023 22:23:20 GMT"}},
       600},
      {{{"expires", "Tue, 14 Nov 2023 22:23:20 GMT"}, {"cache-control", "max-age=1"}}, 1},
  };
  for (const Case& one : cases) {
    CAPTURE(one.headers.empty() ? "" : one.headers[0].value);
    CHECK_EQ(read(one.headers).max_age, one.max_age);
  }
}

TEST_CASE("freshness: within max-age no request, after it one, and one when the clock went back") {
  const Validators page = read({{"cache-control", "max-age=600"}, {"etag", "\"a\""}});
  CHECK(judge(page, kNow) == Verdict::fresh);
  CHECK(judge(page, kNow + 599) == Verdict::fresh);
  CHECK(judge(page, kNow + 600) == Verdict::revalidate);
  CHECK(judge(page, kNow - 1) == Verdict::revalidate);
}

TEST_CASE("freshness: time spent in other caches counts") {
  const Validators page = read({{"cache-control", "max-age=600"}, {"age", "590"}});
  CHECK(judge(page, kNow + 9) == Verdict::fresh);
  CHECK(judge(page, kNow + 10) != Verdict::fresh);
}

TEST_CASE("freshness: a date in the future does not prolong it") {
  const Validators page = read(
      {{"cache-control", "max-age=600"}, {"date", "Tue, 14 Nov 2028 22:13:20 GMT"}, {"etag", "x"}});
  CHECK_EQ(page.stored_at, kNow);
}

TEST_CASE("freshness: validators alone never make an answer fresh") {
  CHECK(judge(read({{"etag", "\"a\""}}), kNow) == Verdict::revalidate);
  CHECK(judge(read({{"last-modified", "Sun, 06 Nov 1994 08:49:37 GMT"}}), kNow) ==
        Verdict::revalidate);
  CHECK(judge(read({}), kNow) == Verdict::miss);
  Validators hashed = read({});
  hashed.body_sha256 = "ab";
  CHECK(judge(hashed, kNow) == Verdict::revalidate);
}

TEST_CASE("freshness: no-store is a miss") {
  CHECK(judge(read({{"cache-control", "no-store, max-age=600"}, {"etag", "a"}}), kNow) ==
        Verdict::miss);
}

TEST_CASE("freshness: a 304 renews what it carries and keeps the rest") {
  Validators page = read({{"cache-control", "max-age=600"}, {"etag", "\"a\""}});
  page.body_sha256 = "ab";
  const std::vector<Header> silent = {};
  const Validators same = renewed(page, silent, kNow + 1000);
  CHECK_EQ(same.etag, "\"a\"");
  CHECK_EQ(same.max_age, 600);
  CHECK_EQ(same.stored_at, kNow + 1000);
  CHECK_EQ(same.body_sha256, "ab");
  const std::vector<Header> changed = {{"cache-control", "max-age=5"}, {"etag", "\"b\""}};
  const Validators next = renewed(page, changed, kNow + 1000);
  CHECK_EQ(next.etag, "\"b\"");
  CHECK_EQ(next.max_age, 5);
}

TEST_CASE("validators read back as they were written") {
  Validators page = read({{"cache-control", "max-age=600, no-store"},
                          {"etag", "W/\"a b\""},
                          {"last-modified", "Sun, 06 Nov 1994 08:49:37 GMT"}});
  page.body_sha256 = "abcd";
  const std::optional<Validators> back = decode_validators(encode_validators(page));
  REQUIRE(back);
  CHECK_EQ(back->etag, page.etag);
  CHECK_EQ(back->last_modified, page.last_modified);
  CHECK_EQ(back->max_age, 600);
  CHECK_EQ(back->stored_at, kNow);
  CHECK(back->no_store);
  CHECK_EQ(back->body_sha256, "abcd");
  const std::optional<Validators> unknown_age = decode_validators(encode_validators(read({})));
  REQUIRE(unknown_age);
  CHECK_EQ(unknown_age->max_age, -1);
}

TEST_CASE("validators: torn text is none") {
  const std::string text = encode_validators(read({{"etag", "a"}}));
  for (std::size_t i = 0; i < text.size(); ++i) {
    CAPTURE(i);
    CHECK_FALSE(decode_validators(std::string_view(text).substr(0, i)));
  }
}
