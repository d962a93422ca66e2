// An answer as it is kept: what asks about it again, where it came from, and what was made of it.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/url.h"
#include "net/freshness.h"

namespace pipit::net {

/// One entry, written by one rename: validators can never belong to another content.
struct StoredAnswer {
  Validators validators;
  base::Url url;  // without secrets
  std::shared_ptr<const std::string> content;
};

/// For Store::write(). Secrets of the URL are left out.
std::string encode_stored(const Validators& validators, const base::Url& url,
                          std::string_view content);
/// nullopt for anything else, an older format say.
std::optional<StoredAnswer> decode_stored(std::string_view text);

/// If-None-Match and If-Modified-Since (RFC 9110 section 13.1), as far as there is something to
/// send.
void add_conditions(std::vector<Header>& headers, const Validators& validators);
/// Whether `now`, of a newer answer about the same content, is worth writing over `old`: without a
/// lifetime the time of storing decides nothing.
bool differ_in_use(const Validators& old, const Validators& now);
/// Whether both speak of the same content: equal ETags, or without any, equal dates.
bool same_content(const Validators& one, const Validators& other);

}  // namespace pipit::net
