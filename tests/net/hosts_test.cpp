#include "net/hosts.h"

#include <doctest/doctest.h>

#include <vector>

namespace {

using namespace pipit;

bool trusted(std::string entry, std::string_view url) {
  const std::vector<std::string> entries = {std::move(entry)};
  const Result<base::Url> parsed = base::parse_url(url);
  REQUIRE(parsed);
  return net::is_trusted_host(entries, *parsed);
}

}  // namespace

TEST_CASE("no_proxy: what is exempt") {
  struct Case {
    const char *list, *host;
    std::uint16_t port;
    bool exempt;
  };
  const std::vector<Case> cases = {
      {"", "a.example", 443, false},
      {"*", "a.example", 443, true},
      {"a.example", "a.example", 443, true},
      {"a.example", "A.Example", 443, true},
      {"a.example", "x.a.example", 443, true},
      {"a.example", "xa.example", 443, false},
      {".a.example", "x.a.example", 443, true},
      {".a.example", "a.example", 443, true},
      {"*.a.example", "x.a.example", 443, true},
      {"a.example:8080", "a.example", 8080, true},
      {"a.example:8080", "a.example", 443, false},
      {"b , a.example ,", "a.example", 443, true},
      {"10.0.0.0/8", "10.1.2.3", 443, true},
      {"10.0.0.0/8", "11.1.2.3", 443, false},
      {"10.0.0.0/33", "10.1.2.3", 443, false},
      {"192.168.1.0/25", "192.168.1.127", 443, true},
      {"192.168.1.0/25", "192.168.1.128", 443, false},
      {"0.0.0.0/0", "8.8.8.8", 443, true},
      {"10.0.0.0/8", "ten.example", 443, false},
      {"127.0.0.1", "127.0.0.1", 80, true},
      {"0.0.1", "127.0.0.1", 80, false},
      {"fd00::/8", "fd12::1", 443, true},
      {"fd00::/8", "fe80::1", 443, false},
      {"[::1]:8080", "::1", 8080, true},
      {"[::1]:8080", "::1", 443, false},
      {"::1", "::1", 443, true},
  };
  for (const Case& one : cases) {
    CAPTURE(one.list);
    CAPTURE(one.host);
    CHECK_EQ(net::is_proxy_exempt(one.list, one.host, one.port), one.exempt);
  }
}

TEST_CASE("trusted hosts: by name, with or without a port, with a wildcard") {
  CHECK(trusted("a.example", "https://a.example/x"));
  CHECK(trusted("A.EXAMPLE", "https://a.example:8443/x"));
  CHECK(trusted("a.example:8443", "https://a.example:8443/x"));
  CHECK(trusted("a.example:443", "https://a.example/x"));
  CHECK(trusted("*.example", "https://a.example/x"));
  CHECK(trusted("[::1]:8443", "https://[::1]:8443/x"));
  CHECK_FALSE(trusted("a.example:8443", "https://a.example/x"));
  CHECK_FALSE(trusted("a.example", "https://b.a.example/x"));
  CHECK_FALSE(trusted("example", "https://a.example/x"));
  CHECK_FALSE(trusted("*.example", "https://example/x"));
}

TEST_CASE("loopback hosts") {
  for (const char* host : {"localhost", "x.localhost", "127.0.0.1", "127.9.9.9", "::1"}) {
    CHECK(net::is_loopback_host(host));
  }
  for (const char* host : {"notlocalhost", "128.0.0.1", "::2", "127.example", ""}) {
    CHECK_FALSE(net::is_loopback_host(host));
  }
}
