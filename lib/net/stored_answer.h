// A response as it is stored: its validators, its URL, and the content made from it.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/shared_text.h"
#include "base/url.h"
#include "net/freshness.h"

namespace pipit::net {

/// One entry, written by one rename, so validators never belong to other content.
struct StoredAnswer {
  Validators validators;
  base::Url url;  // without secrets
  base::SharedText content;
};

/// The bytes for Store::write(). Secrets of the URL are left out.
std::string encode_stored(const Validators& validators, const base::Url& url,
                          std::string_view content);
/// The content is a part of `entry`. nullopt for anything else, such as an older format.
std::optional<StoredAnswer> decode_stored(const base::SharedText& entry);

/// Adds If-None-Match and If-Modified-Since (RFC 9110 section 13.1), as far as there are
/// validators.
void add_conditions(std::vector<Header>& headers, const Validators& validators);
/// Whether `now`, from a newer response for the same content, is worth writing over `old`. Without
/// a freshness lifetime a new time of storing alone is not.
bool differ_in_use(const Validators& old, const Validators& now);
/// Whether both describe the same content: equal ETags, or without any, equal dates.
bool same_content(const Validators& one, const Validators& other);

}  // namespace pipit::net
