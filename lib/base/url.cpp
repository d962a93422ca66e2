// URLs, parsed strictly. A URL comes from an index page or a requirements file and ends up in a
// request line, a cache key and a message, so whatever could smuggle something into one of these is
// refused here: control characters, spaces, backslashes, hosts with odd characters, invalid ports.
// In links that others write, spaces are escaped instead, as browsers and pip do. Bytes above ASCII
// in path, query and fragment are escaped as RFC 3987 section 3.1 maps them; host names must be
// ASCII already.
#include "base/url.h"

#include <arpa/inet.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "base/redact.h"
#include "base/text.h"

namespace pipit::base {
namespace {

constexpr std::size_t kMaxUrl = 64 * 1024;
constexpr std::string_view kRawUserinfo =
    "in a user or password '/', '?' and '#' must be percent-encoded (%2F, %3F, %23)";

bool has_forbidden_byte(std::string_view text) {
  for (char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= 0x20 || byte == 0x7f || c == '\\') return true;
  }
  return false;
}

/// The message says what is wrong without repeating what may be a password.
std::unexpected<Error> bad_url(std::string_view text, std::string_view reason) {
  return fail(
      Error{Code::parse, std::string(reason)}.in(printable(redact_url(text).substr(0, 200))));
}

/// Length of "scheme" in "scheme:...", or 0.
std::size_t scheme_length(std::string_view text) {
  if (text.empty() || !is_alpha(text.front())) return 0;
  std::size_t at = 0;
  while (at < text.size() &&
         (is_alnum(text[at]) || text[at] == '+' || text[at] == '-' || text[at] == '.'))
    ++at;
  return at < text.size() && text[at] == ':' ? at : 0;
}

std::string escape_non_ascii(std::string_view text) {
  return percent_encode(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

std::string with_escaped_spaces(std::string_view text) {
  return percent_encode(text, [](char c) { return c != ' '; });
}

bool is_host_name(std::string_view host) {
  for (char c : host) {
    if (!is_alnum(c) && c != '-' && c != '.' && c != '_') return false;
  }
  return true;
}

bool is_ipv6_literal(const std::string& host) {
  in6_addr address;
  return ::inet_pton(AF_INET6, host.c_str(), &address) == 1;
}

/// "host", "host:port", "[v6]", "[v6]:port" into `url`; false when it is none of these.
bool read_host_and_port(std::string_view text, Url& url) {
  std::string_view port;
  if (text.starts_with('[')) {
    const std::size_t close = text.find(']');
    if (close == std::string_view::npos) return false;
    url.host = to_lower(text.substr(1, close - 1));
    if (!is_ipv6_literal(url.host)) return false;
    text.remove_prefix(close + 1);
    if (!text.empty() && text.front() != ':') return false;
    port = text.empty() ? text : text.substr(1);
  } else {
    const std::size_t colon = text.find(':');
    url.host = to_lower(text.substr(0, colon));
    if (!is_host_name(url.host)) return false;
    if (colon != std::string_view::npos) port = text.substr(colon + 1);
    if (url.host.empty() && colon != std::string_view::npos) return false;
  }
  if (port.empty()) return true;  // "host:" is the default port (RFC 3986 section 3.2.3)
  const std::optional<std::uint64_t> number = parse_uint(port);
  if (!number || *number == 0 || *number > 65535) return false;
  url.port = static_cast<std::uint16_t>(*number);
  return true;
}

bool may_lack_host(std::string_view scheme) {
  return scheme == "file" || scheme.ends_with("+file");
}

/// Path, query and fragment: the text after the authority.
void read_tail(std::string_view text, Url& url) {
  const std::size_t hash = text.find('#');
  if (hash != std::string_view::npos) url.fragment = escape_non_ascii(text.substr(hash + 1));
  text = text.substr(0, hash);
  const std::size_t mark = text.find('?');
  if (mark != std::string_view::npos) url.query = escape_non_ascii(text.substr(mark + 1));
  url.path = escape_non_ascii(text.substr(0, mark));
}

/// 1 for ".", 2 for "..", also where dots are written as %2e; 0 for any other segment.
std::size_t dot_count(std::string_view segment) {
  std::size_t dots = 0;
  while (!segment.empty()) {
    const bool escaped = starts_with_ignoring_case(segment, "%2e");
    if ((!escaped && segment.front() != '.') || ++dots > 2) return 0;
    segment.remove_prefix(escaped ? 3 : 1);
  }
  return dots;
}

/// RFC 3986 section 5.2.4, by segments.
std::string without_dot_segments(std::string_view path) {
  if (!path.contains("/.") && !path.contains("/%2")) return std::string(path.empty() ? "/" : path);
  std::vector<std::string_view> kept;
  const std::vector<std::string_view> segments = split(path, '/');
  bool open_end = false;  // the path ends in "/"
  for (std::size_t i = 1; i < segments.size(); ++i) {
    const std::string_view segment = segments[i];
    const std::size_t dots = dot_count(segment);
    open_end = dots != 0;
    if (dots == 2 && !kept.empty()) kept.pop_back();
    if (!open_end) kept.push_back(segment);
  }
  std::string out;
  for (std::string_view segment : kept) out.append("/").append(segment);
  if (open_end || out.empty()) out.push_back('/');
  return out;
}

/// RFC 3986 section 5.2.3: the base's path up to its last "/", then the reference's.
std::string merge_paths(const Url& base, std::string_view path) {
  const std::size_t slash = base.path.rfind('/');
  if (slash == std::string::npos) return cat("/", path);
  return cat(std::string_view(base.path).substr(0, slash + 1), path);
}

int hex_value(char c) {
  const std::optional<std::uint64_t> value = parse_hex(std::string_view(&c, 1));
  return value ? static_cast<int>(*value) : -1;
}

bool is_unreserved(char c) { return is_alnum(c) || c == '-' || c == '.' || c == '_' || c == '~'; }

}  // namespace

Result<Url> parse_url(std::string_view text) {
  if (text.size() > kMaxUrl) return fail(Code::parse, "a URL longer than 64 KiB");
  if (has_forbidden_byte(text))
    return bad_url(text, "a URL holds no spaces, backslashes or control characters");
  const std::size_t scheme_end = scheme_length(text);
  if (scheme_end == 0) return bad_url(text, "not an absolute URL");
  Url url;
  url.scheme = to_lower(text.substr(0, scheme_end));
  std::string_view rest = text.substr(scheme_end + 1);
  if (rest.starts_with("//")) {
    rest.remove_prefix(2);
    const std::size_t end = std::min(rest.find_first_of("/?#"), rest.size());
    std::string_view authority = rest.substr(0, end);
    rest.remove_prefix(end);
    const std::size_t at = authority.rfind('@');
    if (at != std::string_view::npos) {
      url.userinfo = authority.substr(0, at);
      authority.remove_prefix(at + 1);
    }
    if (!read_host_and_port(authority, url)) {
      const bool cut_off = at == std::string_view::npos && rest.contains('@');
      return bad_url(text, cut_off ? kRawUserinfo : "not a valid host or port");
    }
  } else if (!may_lack_host(url.scheme) || !rest.starts_with('/')) {
    return bad_url(text, "not an absolute URL");
  }
  if (url.host.empty() && !may_lack_host(url.scheme)) return bad_url(text, "the URL has no host");
  read_tail(rest, url);
  if (url.path.empty()) url.path = "/";
  if (url.is_http()) url.path = without_dot_segments(url.path);
  return url;
}

std::string to_string(const Url& url) {
  const bool ipv6 = url.host.find(':') != std::string::npos;
  std::string out = cat(url.scheme, "://");
  if (!url.userinfo.empty()) out.append(url.userinfo).push_back('@');
  out.append(ipv6 ? "[" : "").append(url.host).append(ipv6 ? "]" : "");
  if (url.port != 0) out.append(cat(":", url.port));
  out.append(url.path);
  if (!url.query.empty()) out.append("?").append(url.query);
  if (!url.fragment.empty()) out.append("#").append(url.fragment);
  return out;
}

Result<Url> resolve(const Url& base, std::string_view reference) {
  if (reference.contains(' ')) return resolve(base, with_escaped_spaces(reference));
  if (scheme_length(reference) > 0) {
    PIPIT_TRY(Url url, parse_url(reference));
    url.path = without_dot_segments(url.path);
    return url;
  }
  if (reference.starts_with("//")) {
    PIPIT_TRY(Url url, parse_url(cat(base.scheme, ":", reference)));
    url.path = without_dot_segments(url.path);
    return url;
  }
  if (reference.size() > kMaxUrl) return fail(Code::parse, "a URL longer than 64 KiB");
  if (has_forbidden_byte(reference)) {
    return bad_url(reference, "a URL holds no spaces, backslashes or control characters");
  }
  Url url = base;
  Url tail;
  read_tail(reference, tail);
  url.fragment = tail.fragment;
  const bool has_query =
      reference.substr(0, reference.find('#')).find('?') != std::string_view::npos;
  if (!tail.path.empty() || has_query) url.query = tail.query;
  if (tail.path.starts_with('/')) {
    url.path = without_dot_segments(tail.path);
  } else if (!tail.path.empty()) {
    url.path = without_dot_segments(merge_paths(base, tail.path));
  }
  return url;
}

std::uint16_t effective_port(const Url& url) {
  if (url.port != 0) return url.port;
  if (url.scheme == "https" || url.scheme.ends_with("+https")) return 443;
  if (url.scheme == "http" || url.scheme.ends_with("+http")) return 80;
  return 0;
}

std::string origin(const Url& url) {
  Url bare;
  bare.scheme = url.scheme;
  bare.host = url.host;
  bare.port = effective_port(url);
  return to_string(bare);
}

Url without_secrets(Url url) {
  url.userinfo.clear();
  url.fragment.clear();
  return url;
}

std::string percent_decode(std::string_view text) {
  if (!text.contains('%')) return std::string(text);
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size()) {
      const int high = hex_value(text[i + 1]);
      const int low = hex_value(text[i + 2]);
      if (high >= 0 && low >= 0) {
        out.push_back(static_cast<char>(high * 16 + low));
        i += 2;
        continue;
      }
    }
    out.push_back(text[i]);
  }
  return out;
}

std::string percent_encode(std::string_view text, bool (*is_plain)(char)) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  std::string out;
  out.reserve(text.size());
  for (char c : text) {
    if (is_plain(c)) {
      out.push_back(c);
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out.push_back('%');
    out.push_back(kDigits[byte >> 4]);
    out.push_back(kDigits[byte & 15]);
  }
  return out;
}

std::string percent_encode_path(std::string_view text) {
  return percent_encode(text, [](char c) { return is_unreserved(c) || c == '/'; });
}

bool is_meant_as_url(std::string_view text) {
  while (!text.empty() && (is_space(text.front()) || text.front() == '"' || text.front() == '\''))
    text.remove_prefix(1);
  return text.contains("://") || starts_with_ignoring_case(text, "http:") ||
         starts_with_ignoring_case(text, "https:");
}

bool is_http_url(std::string_view text) {
  return text.starts_with("http://") || text.starts_with("https://");
}

bool is_file_url(std::string_view text) { return text.starts_with("file:"); }

std::string file_name(const Url& url) {
  const std::string_view path = url.path;
  return percent_decode(path.substr(path.rfind('/') + 1));
}

Result<std::string> file_url_to_path(const Url& url) {
  if (url.scheme != "file" && !url.scheme.ends_with("+file")) {
    return fail(Code::parse, cat(redacted(url), ": not a file URL"));
  }
  if (!url.host.empty() && url.host != "localhost") {
    return fail(Code::parse, cat(redacted(url), ": a file URL names no host but localhost"));
  }
  std::string path = percent_decode(url.path);
  if (path.find('\0') != std::string::npos) {
    return fail(Code::parse, cat(redacted(url), ": the path holds a zero byte"));
  }
  return path;
}

std::string path_to_file_url(std::string_view path) {
  return cat("file://", percent_encode_path(path));
}

}  // namespace pipit::base
