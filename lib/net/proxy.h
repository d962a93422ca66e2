// Which proxy, if any, leads to a URL.
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

/// `option` (--proxy) is for everything; "" : the variables https_proxy, http_proxy, all_proxy and
/// no_proxy, lower case before upper case. `read_variable` gives a variable or "".
ProxyRules read_proxy_rules(const std::string& option,
                            const std::function<std::string(const char*)>& read_variable);
/// nullopt: direct. Code::unsupported for proxies other than http, Code::usage for what is no URL.
Result<std::optional<base::Url>> proxy_for(const ProxyRules& rules, const base::Url& target);
/// The value of Proxy-Authorization, "" when the proxy's URL names no user.
std::string proxy_authorization(const base::Url& proxy);

}  // namespace pipit::net
