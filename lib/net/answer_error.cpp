// A message about an exchange names the URL as it was asked, not its host alone: two repositories
// of one host are told apart by port and path, and after a redirect both ends count.
#include "net/answer_error.h"

#include "base/redact.h"
#include "base/text.h"

namespace pipit::net {
namespace {

std::string_view status_name(int status) {
  switch (status) {
    case 300:
      return " (multiple choices)";
    case 400:
      return " (bad request)";
    case 401:
      return " (unauthorized)";
    case 403:
      return " (forbidden)";
    case 404:
      return " (not found)";
    case 407:
      return " (proxy authentication required)";
    case 410:
      return " (gone)";
    case 416:
      return " (range not satisfiable)";
    case 429:
      return " (too many requests)";
    case 500:
      return " (internal server error)";
    case 502:
      return " (bad gateway)";
    case 503:
      return " (service unavailable)";
    case 504:
      return " (gateway timeout)";
    default:
      return "";
  }
}

std::string shown(base::Url url) {
  url.fragment.clear();
  return base::printable(base::redacted(url));
}

/// What the status alone does not say.
std::string status_detail(const Answerer& from, int status, std::span<const Header> headers) {
  if (status == 401 && from.login == Login::with_password)
    return ": the user and password given were refused";
  if (status == 403 && from.login == Login::with_password)
    return ": the user and password given do not suffice";
  if (status == 401 && from.login == Login::user_alone)
    return ": no password is known for the user given";
  const bool redirects = status / 100 == 3 && status != 300 && status != 304;
  if (redirects && find_header(headers, "location").empty())
    return ": a redirect that leads nowhere";
  const std::string_view wait = find_header(headers, "retry-after");
  if ((status == 429 || status == 503) && !wait.empty()) {
    const bool is_number = base::parse_uint(wait).has_value();
    return cat(": it says to try again ", is_number ? "in " : "after ",
               base::printable(wait.substr(0, 40)), is_number ? " s" : "");
  }
  return "";
}

}  // namespace

std::string shown_place(const base::Url& asked, const base::Url& answered) {
  std::string place = shown(answered), first = shown(asked);
  return place == first ? place : cat(place, " (redirected from ", first, ")");
}

Error exchange_error(Error cause, const Answerer& from) {
  cause.in(from.place);
  cause.in(from.what);
  return cause;
}

Error status_error(const Answerer& from, int status, std::span<const Header> headers) {
  Error error{Code::http_status,
              cat(from.what, from.what.empty() ? "" : ": ", from.place, " answered ", status,
                  status_name(status), status_detail(from, status, headers))};
  if (from.tries > 1) error.message += cat(" (tried ", from.tries, " times)");
  const bool is_about_login = status == 401 || status == 403;
  if (is_about_login && from.login == Login::with_password)
    error.with_hint("check the user and password in the URL, or in ~/.netrc");
  else if (is_about_login && from.login == Login::user_alone)
    error.with_hint("give that user's password in the URL (user:password@) or in ~/.netrc");
  else if (is_about_login)
    error.with_hint("give a user and password in the URL or in ~/.netrc if the server wants one");
  if (status == 400 && from.place.starts_with("http://")) error.with_hint(kMayBeHttps);
  if (status == 407)
    error.with_hint("give the proxy's user: --proxy http://user:password@host:port");
  return error;
}

Error status_error(const ResponseHead& head) {
  return status_error(head.from, head.status, head.headers);
}

std::string what_came(const ResponseHead& head, std::uint64_t bytes) {
  return what_came(head.from, head.headers, bytes);
}

std::string what_came(const Answerer& from, std::span<const Header> headers, std::uint64_t bytes) {
  const auto header = [&](std::string_view name) {
    return base::printable(find_header(headers, name).substr(0, 100));
  };
  bytes = base::parse_uint(header("content-length")).value_or(bytes);
  const std::string type = header("content-type"), encoding = header("content-encoding");
  if (bytes == 0) return cat(from.place, " sent no bytes");
  return cat(from.place, " sent ", base::format_bytes(bytes), type.empty() ? "" : " of ", type,
             encoding.empty() ? "" : ", encoded as ", encoding);
}

}  // namespace pipit::net
