// Of the codings that exist (the registry of RFC 9110 section 8.4.1, and zstd) only gzip is read.
#include "net/content_coding.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace pipit::net {
namespace {

constexpr std::array<std::string_view, 7> kUnreadCodings = {"br",      "compress",   "dcb", "dcz",
                                                            "deflate", "x-compress", "zstd"};

}  // namespace

ContentCoding content_coding(std::span<const Header> headers) {
  ContentCoding coding;
  for (const Header& header : headers) {
    if (header.name != "content-encoding") continue;
    for (const std::string_view piece : base::split(header.value, ',')) {
      std::string word = base::to_lower(base::trim(piece));
      const bool is_gzip = word == "gzip" || word == "x-gzip";
      if (is_gzip && coding.kind == ContentCoding::Kind::none) {
        coding.kind = ContentCoding::Kind::gzip;
      } else if (is_gzip || std::ranges::count(kUnreadCodings, word) != 0) {
        coding = {ContentCoding::Kind::unread, std::move(word)};
      }
    }
  }
  return coding;
}

}  // namespace pipit::net
