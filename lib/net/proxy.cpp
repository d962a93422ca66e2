// Proxies from options and environment, as curl and requests read them.
#include "net/proxy.h"

#include "base/redact.h"
#include "base/text.h"
#include "net/auth.h"
#include "net/hosts.h"

namespace pipit::net {
namespace {

std::string first_set(const std::function<std::string(const char*)>& read_variable,
                      std::initializer_list<const char*> names) {
  for (const char* name : names) {
    std::string value(base::trim(read_variable(name)));
    if (!value.empty()) return value;
  }
  return {};
}

Result<base::Url> proxy_url(const std::string& text) {
  const bool has_scheme = text.find("://") != std::string::npos;
  return base::parse_url(has_scheme ? text : cat("http://", text));
}

constexpr std::string_view kOnlyHttp = "only http:// proxies are supported";

}  // namespace

ProxyRules read_proxy_rules(const std::string& option,
                            const std::function<std::string(const char*)>& read_variable) {
  if (!option.empty()) return {option, option, ""};
  ProxyRules rules;
  rules.for_https =
      first_set(read_variable, {"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"});
  // HTTP_PROXY in upper case may be a header that a web server handed to a CGI program.
  const bool is_cgi = !read_variable("REQUEST_METHOD").empty();
  rules.for_http = first_set(read_variable, {"http_proxy", is_cgi ? "http_proxy" : "HTTP_PROXY",
                                             "all_proxy", "ALL_PROXY"});
  rules.no_proxy = first_set(read_variable, {"no_proxy", "NO_PROXY"});
  return rules;
}

Result<std::optional<base::Url>> proxy_for(const ProxyRules& rules, const base::Url& target) {
  const std::string& text = target.scheme == "https" ? rules.for_https : rules.for_http;
  if (text.empty() || is_proxy_exempt(rules.no_proxy, target.host, base::effective_port(target))) {
    return std::nullopt;
  }
  Result<base::Url> proxy = proxy_url(text);
  if (!proxy) return fail(Code::usage, cat("proxy ", proxy.error().message));
  if (proxy->scheme != "http") {
    return fail(Code::unsupported, cat("proxy ", base::redacted(*proxy), ": ", kOnlyHttp));
  }
  return std::optional<base::Url>(std::move(*proxy));
}

Result<void> check_proxy(const std::string& text) {
  const auto proxy = proxy_url(text);
  if (!proxy) return fail(Code::usage, "not the URL of a proxy");
  if (proxy->scheme != "http") return fail(Code::usage, std::string(kOnlyHttp));
  return {};
}

std::string proxy_authorization(const base::Url& proxy) {
  return basic_authorization(proxy.userinfo);
}

}  // namespace pipit::net
