// URLs without what is secret in them.
#pragma once
#include <string>
#include <string_view>

#include "base/url.h"

namespace pipit::base {

/// For messages, logs and cache keys: without user information and without the query's values of
/// known secrets.
std::string redacted(const Url& url);
/// The same for a text that was meant as a URL, whatever it holds (spaces in a password, too).
std::string redact_url(std::string_view text);
/// The same for text that may hold URLs in the middle of a sentence.
std::string redact_text(std::string_view text);

}  // namespace pipit::base
