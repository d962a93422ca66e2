// URLs without their secrets.
#pragma once
#include <string>
#include <string_view>

#include "base/url.h"

namespace pipit::base {

/// For messages, logs and cache keys: without user information, and without the values of query
/// parameters that are known secrets.
std::string redacted(const Url& url);
/// The same for text that was meant as a URL, whatever it contains (spaces in a password, too).
std::string redact_url(std::string_view text);
/// The same for text that may contain URLs in the middle of a sentence.
std::string redact_text(std::string_view text);

}  // namespace pipit::base
