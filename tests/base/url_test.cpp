#include "base/url.h"
#include "base/redact.h"

#include <doctest/doctest.h>

#include <string>

#include "base/text.h"

namespace pipit::base {
namespace {

Url url_of(std::string_view text) {
  auto url = parse_url(text);
  REQUIRE_MESSAGE(url, std::string(text));
  return *url;
}

}  // namespace

TEST_CASE("url: the parts of a URL") {
  const Url url = url_of("HTTPS://us%40er:p%3Aw@Files.Example:8443/a%20b/c?x=1&y#sha256=ab");
  CHECK_EQ(url.scheme, "https");
  CHECK_EQ(url.userinfo, "us%40er:p%3Aw");
  CHECK_EQ(url.host, "files.example");
  CHECK_EQ(url.port, 8443);
  CHECK_EQ(url.path, "/a%20b/c");
  CHECK_EQ(url.query, "x=1&y");
  CHECK_EQ(url.fragment, "sha256=ab");
}

TEST_CASE("url: what is parsed is written back") {
  struct Row {
    std::string_view in, out;
  };
  for (const Row& row : {Row{"https://h", "https://h/"},
                         {"https://h:/a", "https://h/a"},
                         {"https://h?q", "https://h/?q"},
                         {"http://[::1]:80/x", "http://[::1]:80/x"},
                         {"http://[2001:DB8::1]/", "http://[2001:db8::1]/"},
                         {"file:///a/b", "file:///a/b"},
                         {"file:/a/b", "file:///a/b"},
                         {"file://localhost/a", "file://localhost/a"},
                         {"git+https://h/r@v1#egg=x", "git+https://h/r@v1#egg=x"},
                         {"git+ssh://git@h/r", "git+ssh://git@h/r"},
                         {"https://u@p@h/", "https://u@p@h/"},
                         {"https://h/\xc3\xa4?\xff#\xe2", "https://h/%C3%A4?%FF#%E2"},
                         {"https://h/a?b?c#d#e", "https://h/a?b?c#d#e"},
                         {"http://h/x/../simple/", "http://h/simple/"},
                         {"https://h/a/./b/%2E%2e/c?d/../e", "https://h/a/c?d/../e"},
                         {"https://h/..", "https://h/"},
                         {"https://h/.../..x/.%2ex", "https://h/.../..x/.%2ex"},
                         {"file:///a/../b", "file:///a/../b"}}) {
    CHECK_EQ(to_string(url_of(row.in)), row.out);
  }
}

TEST_CASE("url: raw reserved characters in a password are told as that") {
  const std::string_view told =
      "in a user or password '/', '?' and '#' must be percent-encoded (%2F, %3F, %23)";
  for (std::string_view bad :
       {"https://u:pa/ss@h/", "https://u:pa#ss@h:8080/x", "https://u:p?x@h/"})
    CHECK_EQ(parse_url(bad).error().cause(), told);
  CHECK_EQ(parse_url("https://h:x/").error().cause(), "not a valid host or port");
  CHECK_EQ(parse_url("https://u:p@h:x/").error().cause(), "not a valid host or port");
}

TEST_CASE("url: what is no absolute URL is refused") {
  for (std::string_view bad : {"",
                               "a",
                               "/a",
                               "//h/a",
                               "https:",
                               "https:/h",
                               "https://",
                               "https:///a",
                               "https://:80/",
                               "1http://h/",
                               "mailto:a@b",
                               "file:a",
                               "https://h:x/",
                               "https://h:65536/",
                               "https://h:0/",
                               "https://h:-1/",
                               "https://[::1/",
                               "https://[::g]/",
                               "https://[::1]x/",
                               "https://[fe80::1%25eth0]/",
                               "https://h%41/",
                               "https://h<x/",
                               "https://h\xc3\xa4/",
                               "https://h/a b",
                               "https://h/\n",
                               "https://h/\r\nHost: x",
                               "https://h/\x7f",
                               "https://h\\@evil/",
                               "https://h/\t",
                               " https://h/",
                               "https://u ser@h/"}) {
    CAPTURE(bad);
    const auto url = parse_url(bad);
    REQUIRE_FALSE(url);
    CHECK_EQ(url.error().code, Code::parse);
  }
  CHECK_FALSE(parse_url(std::string_view("https://h/\0", 11)));
  CHECK_FALSE(parse_url("https://h/" + std::string(70'000, 'a')));
}

TEST_CASE("url: a message about a bad URL holds no password") {
  for (std::string_view bad : {"https://user:secret@h:x/", "https://user:secret/x@h/",
                               "https://user:se cret@h/", "https://user:secret@h h/"}) {
    const auto url = parse_url(bad);
    REQUIRE_FALSE(url);
    CHECK_MESSAGE(url.error().message.find("cret") == std::string::npos, url.error().message);
  }
}

TEST_CASE("url: references as in RFC 3986 section 5.4") {
  const Url base = url_of("http://a/b/c/d;p?q");
  struct Row {
    std::string_view reference, target;
  };
  for (const Row& row : {Row{"g", "http://a/b/c/g"},
                         {"./g", "http://a/b/c/g"},
                         {"g/", "http://a/b/c/g/"},
                         {"/g", "http://a/g"},
                         {"//g", "http://g/"},
                         {"?y", "http://a/b/c/d;p?y"},
                         {"g?y", "http://a/b/c/g?y"},
                         {"#s", "http://a/b/c/d;p?q#s"},
                         {"g#s", "http://a/b/c/g#s"},
                         {"g?y#s", "http://a/b/c/g?y#s"},
                         {";x", "http://a/b/c/;x"},
                         {"", "http://a/b/c/d;p?q"},
                         {".", "http://a/b/c/"},
                         {"./", "http://a/b/c/"},
                         {"..", "http://a/b/"},
                         {"../", "http://a/b/"},
                         {"../g", "http://a/b/g"},
                         {"../..", "http://a/"},
                         {"../../g", "http://a/g"},
                         {"../../../g", "http://a/g"},
                         {"/./g", "http://a/g"},
                         {"/../g", "http://a/g"},
                         {"g.", "http://a/b/c/g."},
                         {"..g", "http://a/b/c/..g"},
                         {"./../g", "http://a/b/g"},
                         {"g/./h", "http://a/b/c/g/h"},
                         {"g/../h", "http://a/b/c/h"},
                         {"g?y/../x", "http://a/b/c/g?y/../x"},
                         {"g#s/../x", "http://a/b/c/g#s/../x"},
                         {"https://h/a/../b", "https://h/b"},
                         {"g;x=1/../y", "http://a/b/c/y"}}) {
    CAPTURE(row.reference);
    const auto target = resolve(base, row.reference);
    REQUIRE(target);
    CHECK_EQ(to_string(*target), row.target);
  }
  CHECK_EQ(to_string(*resolve(base, "a b/c d.whl?e f#g h")),
           "http://a/b/c/a%20b/c%20d.whl?e%20f#g%20h");
  CHECK_EQ(to_string(*resolve(base, "http://h/a b/../c d")), "http://h/c%20d");
  CHECK_FALSE(resolve(base, "http://h h/a"));
  CHECK_FALSE(resolve(base, "a\tb"));
  CHECK_FALSE(resolve(base, "//h h/"));
  CHECK_FALSE(resolve(base, "javascript:x"));
}

TEST_CASE("url: credentials go with a relative reference and not to another host") {
  const Url base = url_of("https://u:p@h/simple/x/");
  CHECK_EQ(resolve(base, "../../f/a.whl")->userinfo, "u:p");
  CHECK_EQ(resolve(base, "//other/a.whl")->userinfo, "");
  CHECK_EQ(resolve(base, "https://h/a.whl")->userinfo, "");
}

TEST_CASE("url: ports and origins") {
  CHECK_EQ(effective_port(url_of("https://h/")), 443);
  CHECK_EQ(effective_port(url_of("http://h/")), 80);
  CHECK_EQ(effective_port(url_of("http://h:81/")), 81);
  CHECK_EQ(effective_port(url_of("file:///x")), 0);
  CHECK_EQ(origin(url_of("https://u:p@H/a?b#c")), "https://h:443");
}

}  // namespace pipit::base
