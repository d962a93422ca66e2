// Which proxy, if any, a request for a URL goes through.
#pragma once
#include <functional>
#include <optional>
#include <string>

#include "base/result.h"
#include "base/url.h"

namespace pipit::net {

struct ProxyRules {
  std::string for_https, for_http;  // as configured, maybe without scheme; "" : direct
  std::string no_proxy;
};

/// `option` (--proxy) is for every scheme. When it is "": the variables https_proxy, http_proxy,
/// all_proxy and no_proxy, lower case before upper case. `read_variable` returns a variable or "".
ProxyRules read_proxy_rules(const std::string& option,
                            const std::function<std::string(const char*)>& read_variable);
/// nullopt: direct. Code::unsupported for proxies other than http, Code::usage when it is not a
/// URL.
Result<std::optional<base::Url>> proxy_for(const ProxyRules& rules, const base::Url& target);
/// What proxy_for() would refuse of a value of --proxy; the message does not repeat the value.
Result<void> check_proxy(const std::string& text);
/// The value of the Proxy-Authorization field; "" when the proxy's URL has no user information.
std::string proxy_authorization(const base::Url& proxy);

}  // namespace pipit::net
