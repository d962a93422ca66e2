// RFC 9111 as far as an installer needs it: pure functions of stored headers and the time.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "net/transport.h"

namespace pipit::net {

struct Validators {
  std::string etag, last_modified;  // "" if none
  /// When the answer was made (Date less Age, else arrival), in seconds since the epoch.
  std::int64_t stored_at = 0;
  /// In seconds; -1: none was given (revalidate every run). no-cache gives 0, so does
  /// must-revalidate alone.
  std::int64_t max_age = -1;
  bool no_store = false;
  std::string body_sha256;  // of the decoded body: equal body, equal content
};
enum class Verdict { fresh, revalidate, miss };
/// A stored answer at time `now` (seconds). Last-Modified alone never makes it fresh. A clock that
/// went back: revalidate.
Verdict judge(const Validators& stored, std::int64_t now);
Validators read_validators(std::span<const Header> headers, std::int64_t now);
/// A 304 renews times and validators that it carries.
Validators renewed(Validators stored, std::span<const Header> headers, std::int64_t now);
/// IMF-fixdate and the two obsolete forms; nullopt otherwise.
std::optional<std::int64_t> parse_http_date(std::string_view text);
std::string encode_validators(const Validators& validators);
std::optional<Validators> decode_validators(std::string_view text);

}  // namespace pipit::net
