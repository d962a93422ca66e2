// Lists of hosts as people write them. An entry is a name, a suffix, an address or a block, maybe
// with a port; it is split once and then compared by its own rule.
#include "net/hosts.h"

#include <arpa/inet.h>

#include <optional>

#include "base/text.h"

namespace pipit::net {
namespace {

struct HostEntry {
  std::string host;
  std::optional<std::uint64_t> port;
};

/// "host", "host:port", "[v6]", "[v6]:port", or a bare IPv6 literal.
HostEntry read_host_entry(std::string_view text) {
  HostEntry entry;
  std::string_view rest;
  if (text.starts_with('[') && text.find(']') != std::string_view::npos) {
    const std::size_t close = text.find(']');
    entry.host = base::to_lower(text.substr(1, close - 1));
    rest = text.substr(close + 1);
  } else {
    const std::size_t colon = text.find(':');
    const bool one_colon = colon != std::string_view::npos && text.rfind(':') == colon;
    entry.host = base::to_lower(text.substr(0, one_colon ? colon : text.size()));
    if (one_colon) rest = text.substr(colon);
  }
  if (rest.starts_with(':')) entry.port = base::parse_uint(rest.substr(1));
  return entry;
}

/// 4 or 16 bytes of an IP literal, "" otherwise.
std::string literal_bytes(std::string_view text) {
  const std::string host(text);
  char bytes[16];
  if (::inet_pton(AF_INET, host.c_str(), bytes) == 1) return std::string(bytes, 4);
  if (::inet_pton(AF_INET6, host.c_str(), bytes) == 1) return std::string(bytes, 16);
  return {};
}

bool in_block(std::string_view block, std::string_view host) {
  const auto parts = base::split_once(block, '/');
  if (!parts) return false;
  const std::string network = literal_bytes(parts->first), address = literal_bytes(host);
  const std::optional<std::uint64_t> bits = base::parse_uint(parts->second);
  if (network.empty() || network.size() != address.size() || !bits) return false;
  if (*bits > network.size() * 8) return false;
  for (std::size_t i = 0; i < *bits; ++i) {
    const unsigned mask = 0x80u >> (i % 8);
    const auto a = static_cast<unsigned char>(network[i / 8]);
    const auto b = static_cast<unsigned char>(address[i / 8]);
    if ((a & mask) != (b & mask)) return false;
  }
  return true;
}

bool is_domain_or_below(std::string_view host, std::string_view domain) {
  if (host == domain) return true;
  return host.size() > domain.size() && host.ends_with(domain) &&
         host[host.size() - domain.size() - 1] == '.';
}

}  // namespace

bool is_loopback_host(std::string_view host) {
  if (host == "localhost" || host.ends_with(".localhost")) return true;
  const std::string bytes = literal_bytes(host);
  if (bytes.size() == 4) return bytes[0] == 127;
  return bytes.size() == 16 && bytes == std::string(15, '\0') + '\1';
}

bool is_trusted_host(std::span<const std::string> trusted, const base::Url& url) {
  for (const std::string& text : trusted) {
    const HostEntry entry = read_host_entry(base::trim(text));
    if (entry.port && *entry.port != base::effective_port(url)) continue;
    if (entry.host == url.host) return true;
    const std::string_view pattern = entry.host;
    if (pattern.starts_with("*.") && url.host.ends_with(pattern.substr(1))) return true;
  }
  return false;
}

bool is_proxy_exempt(std::string_view no_proxy, std::string_view host, std::uint16_t port) {
  const std::string name = base::to_lower(host);
  const bool is_address = !literal_bytes(name).empty();
  for (std::string_view piece : base::split(no_proxy, ',')) {
    piece = base::trim(piece);
    if (piece.empty()) continue;
    if (piece == "*" || in_block(piece, name)) return true;
    const HostEntry entry = read_host_entry(piece);
    if (entry.port && *entry.port != port) continue;
    std::string_view domain = entry.host;
    if (domain.starts_with("*.")) domain.remove_prefix(1);
    if (domain.starts_with('.')) domain.remove_prefix(1);
    if (is_address ? name == domain : is_domain_or_below(name, domain)) return true;
  }
  return false;
}

std::string host_and_port(std::string_view host, std::uint16_t port) {
  const bool ipv6 = host.find(':') != std::string_view::npos;
  return cat(ipv6 ? "[" : "", host, ipv6 ? "]:" : ":", port);
}

}  // namespace pipit::net
