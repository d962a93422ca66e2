// Classifies hosts: loopback, trusted by option, exempt from the proxy. Pure.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/url.h"

namespace pipit::net {

/// localhost, *.localhost, 127.0.0.0/8, ::1.
bool is_loopback_host(std::string_view host);
/// Whether an entry of --trusted-host ("host", "host:port", "[v6]:port", "*.domain") covers the
/// URL.
bool is_trusted_host(std::span<const std::string> trusted, const base::Url& url);
/// Whether the comma-separated NO_PROXY list covers the host: "*", "host" and ".suffix" (both with
/// all sub-domains), an address, a CIDR block, each optionally with ":port".
bool is_proxy_exempt(std::string_view no_proxy, std::string_view host, std::uint16_t port);
/// "host:port", with brackets around an IPv6 literal.
std::string host_and_port(std::string_view host, std::uint16_t port);

}  // namespace pipit::net
