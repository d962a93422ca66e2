// A redirect is the server's decision what to fetch next, so it gets no more trust than the server:
// it may not leave http(s), not drop encryption, and take no secret along to another origin.
#include "net/redirect.h"

#include "base/redact.h"
#include "base/text.h"
#include "net/hosts.h"

namespace pipit::net {

bool is_redirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

Result<base::Url> follow(const base::Url& from, std::string_view location,
                         std::span<const std::string> trusted) {
  if (base::trim(location).empty()) {
    return fail(Code::network, "a redirect without a target");
  }
  Result<base::Url> to = base::resolve(from, base::trim(location));
  if (!to) return fail(Code::network, cat("redirects to what is no URL: ", to.error().message));
  if (!to->is_http()) {
    return fail(Code::network, cat("redirects to ", base::redacted(*to),
                                   ", which is not followed (only http and https are)"));
  }
  if (from.scheme == "https" && to->scheme == "http" && !is_trusted_host(trusted, *to)) {
    return fail(Error{
        Code::network,
        cat("redirects from https to http (", base::redacted(*to), "), which is not followed"),
        {}}.with_hint(cat("if that host is to be trusted: --trusted-host ", to->host)));
  }
  if (base::origin(*to) == base::origin(from)) {
    if (to->userinfo.empty()) to->userinfo = from.userinfo;
  } else if (to->userinfo == from.userinfo) {
    to->userinfo.clear();
  }
  if (to->fragment.empty()) to->fragment = from.fragment;
  return to;
}

std::vector<Header> headers_for(const std::vector<Header>& headers, const base::Url& from,
                                const base::Url& to) {
  if (base::origin(from) == base::origin(to)) return headers;
  std::vector<Header> kept;
  for (const Header& header : headers) {
    const bool secret = header.name == "authorization" || header.name == "cookie" ||
                        header.name == "proxy-authorization";
    if (!secret) kept.push_back(header);
  }
  return kept;
}

}  // namespace pipit::net
