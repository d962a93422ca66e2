// URLs by RFC 3986, as far as package indexes use them; and file: URLs.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace pipit::base {

/// An absolute URL in parts. Scheme and host are lower case; the rest is as written.
struct Url {
  std::string scheme;      // "https", "http", "file", "git+https"
  std::string userinfo;    // "user:password" as written (percent-encoded), "" if none
  std::string host;        // without brackets for IPv6 literals
  std::uint16_t port = 0;  // 0: the scheme's default
  std::string path;        // begins with "/" (http, file), percent-encoded as written
  std::string query;       // without "?", "" if none
  std::string fragment;    // without "#", "" if none

  bool is_http() const { return scheme == "http" || scheme == "https"; }  // what net fetches
  bool is_file() const { return scheme == "file"; }

  bool operator==(const Url&) const = default;
};

/// Code::parse when it is not an absolute URL, or contains control characters or spaces. The path
/// of an http URL is normalized (RFC 3986 section 6.2.2.3): no "." and ".." segments.
Result<Url> parse_url(std::string_view text);
std::string to_string(const Url& url);
/// Whether whoever wrote it meant a URL, though it may be none: it has "://", or begins with
/// "http:" or "https:". Such a text is never taken for a path.
bool is_meant_as_url(std::string_view text);
/// The same for a URL that is still text: by its scheme alone.
bool is_http_url(std::string_view text);
bool is_file_url(std::string_view text);
/// RFC 3986 section 5: `reference` (absolute, "//host", "/path", "path", "?query", "#fragment")
/// relative to `base`. Spaces, which others write into links, are taken for %20.
Result<Url> resolve(const Url& base, std::string_view reference);

/// 443, 80, or the explicit one; 0 for schemes without.
std::uint16_t effective_port(const Url& url);
/// "https://host:port": credentials belong to an origin.
std::string origin(const Url& url);
/// Without fragment and user information: the part that identifies the content.
Url without_secrets(Url url);

/// %41 -> A, once. Malformed escapes stay as they are.
std::string percent_decode(std::string_view text);
/// Escapes every byte that is not plain as %XX.
std::string percent_encode(std::string_view text, bool (*is_plain)(char));
/// Everything but unreserved characters and "/" escaped.
std::string percent_encode_path(std::string_view text);
/// The decoded last path segment: "" when the path ends in "/". Must be checked before it is used
/// as a path.
std::string file_name(const Url& url);

/// file:///a/b -> /a/b (decoded). Error unless the host is empty or localhost.
Result<std::string> file_url_to_path(const Url& url);
/// /a b -> file:///a%20b. `path` must be absolute.
std::string path_to_file_url(std::string_view path);

}  // namespace pipit::base
