// The Content-Range field of a 206 (RFC 9110 section 14.4).
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "net/transport.h"

namespace pipit::net {

struct ContentRange {
  std::uint64_t first = 0, last = 0;      // inclusive
  std::optional<std::uint64_t> complete;  // length of the whole, when the server gives it
  std::uint64_t length() const { return last - first + 1; }
};
/// "bytes 0-99/1234", "bytes 0-99/*"; nullopt for anything else and for ranges that contradict
/// themselves.
std::optional<ContentRange> parse_content_range(std::string_view text);

/// Whether an answer that refuses a request for a range may mean the range and not the file, so
/// that one plain GET is worth it: any refusal, but that of a proxy and one that says when to come
/// again.
bool may_be_about_range(int status, std::span<const Header> headers);

}  // namespace pipit::net
