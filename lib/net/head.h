// The head of an HTTP/1.1 response, parsed strictly: what is ambiguous is refused.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "net/transport.h"

namespace pipit::net {

/// What determines where the content ends (RFC 9112 section 6.3).
enum class Framing { none, length, chunked, until_close };

struct ParsedHead {
  ResponseHead head;
  Framing framing = Framing::until_close;
  std::uint64_t length = 0;  // with Framing::length
  bool keep_alive = false;   // whether the connection may carry another exchange
};
constexpr std::size_t kMaxHeadBytes = 64 * 1024;
constexpr int kMaxInformational = 16;  // heads of 1xx before the response

/// `text` is the head up to its empty line, that line included; a bare line feed counts as CRLF.
/// Code::network ("malformed answer: …") for what is not HTTP/1.x, for contradicting lengths, for
/// transfer codings other than chunked, and for control characters in field values.
Result<ParsedHead> parse_head(std::string_view text);
/// Length of the head at the start of `bytes`, its empty line included; 0 when it is not complete.
std::size_t head_length(std::string_view bytes);

}  // namespace pipit::net
