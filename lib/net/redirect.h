// Where a redirect leads. Pure.
#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/url.h"
#include "net/transport.h"

namespace pipit::net {

constexpr int kMaxRedirects = 20;

/// 301, 302, 303, 307, 308.
bool is_redirect(int status);
/// The URL that `location` leads to from `from`. It keeps the user information only within one
/// origin, and the fragment unless a new one is given. Code::network when it leads from https to
/// http (unless the target is one of `trusted`), to anything but http and https, or nowhere.
Result<base::Url> follow(const base::Url& from, std::string_view location,
                         std::span<const std::string> trusted);
/// The caller's fields that may go on to `to`: across origins no Authorization, Cookie or
/// Proxy-Authorization.
std::vector<Header> headers_for(const std::vector<Header>& headers, const base::Url& from,
                                const base::Url& to);

}  // namespace pipit::net
