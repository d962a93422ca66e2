#include "net/redirect.h"

#include <doctest/doctest.h>

namespace {

using namespace pipit;

base::Url url(std::string_view text) {
  Result<base::Url> parsed = base::parse_url(text);
  REQUIRE(parsed);
  return *parsed;
}

/// The target, or "error: …".
std::string followed(std::string_view from, std::string_view location,
                     std::vector<std::string> trusted = {}) {
  const Result<base::Url> to = net::follow(url(from), location, trusted);
  return to ? base::to_string(*to) : "error: " + to.error().message;
}

}  // namespace

TEST_CASE("redirect: where it leads") {
  CHECK_EQ(followed("https://a/x/y", "z"), "https://a/x/z");
  CHECK_EQ(followed("https://a/x/y", "/z"), "https://a/z");
  CHECK_EQ(followed("https://a/x/y", "//b/z"), "https://b/z");
  CHECK_EQ(followed("https://a/x/y", "https://b/z?q=1"), "https://b/z?q=1");
  CHECK_EQ(followed("http://a/x", "https://a/x"), "https://a/x");
  CHECK_EQ(followed("https://a/x#sha256=1", "/z"), "https://a/z#sha256=1");
}

TEST_CASE("redirect: user information stays with its origin") {
  CHECK_EQ(followed("https://u:p@a/x", "/z"), "https://u:p@a/z");
  CHECK_EQ(followed("https://u:p@a/x", "https://a/z"), "https://u:p@a/z");
  CHECK_EQ(followed("https://u:p@a/x", "https://b/z"), "https://b/z");
  CHECK_EQ(followed("https://u:p@a/x", "//b/z"), "https://b/z");
  CHECK_EQ(followed("https://u:p@a/x", "https://a:8443/z"), "https://a:8443/z");
  CHECK_EQ(followed("http://u:p@a/x", "https://a/z"), "https://a/z");
  CHECK_EQ(followed("https://a/x", "https://v:q@b/z"), "https://v:q@b/z");
}

TEST_CASE("redirect: never to files, never from https to http") {
  CHECK_EQ(
      followed("https://a/x", "file:///etc/passwd"),
      "error: redirects to file:///etc/passwd, which is not followed (only http and https are)");
  CHECK_EQ(followed("https://a/x", "http://b/z"),
           "error: redirects from https to http (http://b/z), which is not followed");
  CHECK_EQ(followed("https://a/x", "http://b/z", {"b"}), "http://b/z");
  CHECK_EQ(followed("https://a/x", ""), "error: a redirect without a target");
}

TEST_CASE("redirect: secrets in headers do not cross origins") {
  const std::vector<net::Header> headers = {
      {"accept", "x"}, {"authorization", "s"}, {"cookie", "s"}, {"range", "bytes=0-1"}};
  CHECK_EQ(net::headers_for(headers, url("https://a/1"), url("https://a/2")).size(), 4);
  for (const char* other : {"https://b/2", "http://a/2", "https://a:444/2"}) {
    const std::vector<net::Header> kept = net::headers_for(headers, url("https://a/1"), url(other));
    REQUIRE_EQ(kept.size(), 2);
    CHECK_EQ(kept[0].name, "accept");
    CHECK_EQ(kept[1].name, "range");
  }
}

TEST_CASE("redirect: which statuses are") {
  for (int status : {301, 302, 303, 307, 308}) CHECK(net::is_redirect(status));
  for (int status : {200, 300, 304, 305, 306, 400}) CHECK_FALSE(net::is_redirect(status));
}
