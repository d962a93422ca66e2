#include "net/proxy.h"

#include <doctest/doctest.h>

#include <map>

namespace {

using namespace pipit;

/// The proxy that leads to `target` with these variables, "direct", or "error: …".
std::string chosen(const std::string& option, const std::map<std::string, std::string>& variables,
                   std::string_view target) {
  const net::ProxyRules rules = net::read_proxy_rules(option, [&](const char* name) {
    const auto found = variables.find(name);
    return found == variables.end() ? std::string() : found->second;
  });
  const Result<base::Url> url = base::parse_url(target);
  REQUIRE(url);
  const Result<std::optional<base::Url>> proxy = net::proxy_for(rules, *url);
  if (!proxy) return "error: " + proxy.error().message;
  return *proxy ? base::to_string(**proxy) : "direct";
}

}  // namespace

TEST_CASE("proxy: from option and environment") {
  CHECK_EQ(chosen("", {}, "https://a/"), "direct");
  CHECK_EQ(chosen("", {{"https_proxy", "http://p:1"}}, "https://a/"), "http://p:1/");
  CHECK_EQ(chosen("", {{"HTTPS_PROXY", "p:1"}}, "https://a/"), "http://p:1/");
  CHECK_EQ(chosen("", {{"HTTPS_PROXY", "p:1"}}, "http://a/"), "direct");
  CHECK_EQ(chosen("", {{"http_proxy", "p:2"}}, "http://a/"), "http://p:2/");
  CHECK_EQ(chosen("", {{"https_proxy", "lower:1"}, {"HTTPS_PROXY", "upper:1"}}, "https://a/"),
           "http://lower:1/");
  CHECK_EQ(chosen("", {{"ALL_PROXY", "p:3"}}, "http://a/"), "http://p:3/");
  CHECK_EQ(chosen("", {{"HTTPS_PROXY", "p:1"}, {"NO_PROXY", "a"}}, "https://a/"), "direct");
  CHECK_EQ(chosen("q:9", {{"HTTPS_PROXY", "p:1"}, {"NO_PROXY", "a"}}, "https://a/"), "http://q:9/");
}

TEST_CASE("proxy: HTTP_PROXY is not believed inside a CGI program") {
  CHECK_EQ(chosen("", {{"HTTP_PROXY", "p:2"}, {"REQUEST_METHOD", "GET"}}, "http://a/"), "direct");
}

TEST_CASE("proxy: only http proxies, and no password in the message") {
  CHECK_EQ(chosen("socks5://u:secret@p:1", {}, "https://a/").find("secret"), std::string::npos);
  CHECK_EQ(chosen("socks5://p:1", {}, "https://a/"),
           "error: proxy socks5://p:1/: only http:// proxies are supported");
}

TEST_CASE("proxy: its user goes into a header") {
  const Result<base::Url> proxy = base::parse_url("http://user:p%40ss@p:1");
  REQUIRE(proxy);
  CHECK_EQ(net::proxy_authorization(*proxy), "Basic dXNlcjpwQHNz");
}
