// RFC 9111 as far as an installer needs it: pure functions of stored fields and the time.
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
  /// When the response was generated (Date less Age, else its arrival), in seconds since the epoch.
  std::int64_t stored_at = 0;
  /// In seconds; -1: none was given (revalidate every run). no-cache gives 0, and so does
  /// must-revalidate without max-age.
  std::int64_t max_age = -1;
  bool no_store = false;
  std::string body_sha256;  // of the decoded body: equal digest, equal content
};
enum class Verdict { fresh, revalidate, miss };
/// Judges a stored response at time `now` (seconds). Last-Modified alone never makes it fresh. If
/// the clock went back, it must be revalidated.
Verdict judge(const Validators& stored, std::int64_t now);
Validators read_validators(std::span<const Header> headers, std::int64_t now);
/// `stored` after a 304 with these fields, which replace its times and validators (RFC 9111 section
/// 4.3.4).
Validators renewed(Validators stored, std::span<const Header> headers, std::int64_t now);
/// IMF-fixdate and the two obsolete forms; nullopt otherwise.
std::optional<std::int64_t> parse_http_date(std::string_view text);
std::string encode_validators(const Validators& validators);
std::optional<Validators> decode_validators(std::string_view text);

}  // namespace pipit::net
