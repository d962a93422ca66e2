// The text of every failed exchange. Pure.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/url.h"
#include "net/transport.h"

namespace pipit::net {

/// A guess, where a request in plain text led to nothing.
inline constexpr char kMayBeHttps[] =
    "does the server speak https at this port? Then the URL begins with https://";

/// "https://host:8080/simple/a/ (redirected from https://index/simple/a/)", without secrets.
std::string shown_place(const base::Url& asked, const base::Url& answered);
/// Puts in front of a cause what was asked for and where: "page a: https://host/simple/a/: …".
Error exchange_error(Error cause, const Answerer& from);
/// The error for a status other than the expected one: Code::http_status, "page a:
/// https://host/simple/a/ answered 403 (forbidden)", with a hint where one helps.
Error status_error(const Answerer& from, int status, std::span<const Header> headers);
Error status_error(const ResponseHead& head);
/// What came instead of what was asked for: "https://host/a.whl sent 812 B of text/html, encoded as
/// br". `bytes`: how many, if the head does not say it.
std::string what_came(const ResponseHead& head, std::uint64_t bytes);
std::string what_came(const Answerer& from, std::span<const Header> headers, std::uint64_t bytes);

}  // namespace pipit::net
