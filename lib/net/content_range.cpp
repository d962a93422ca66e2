// Parsed strictly: a range that contradicts itself is refused.
#include "net/content_range.h"

#include "base/text.h"

namespace pipit::net {

std::optional<ContentRange> parse_content_range(std::string_view text) {
  text = base::trim(text);
  if (!base::starts_with_ignoring_case(text, "bytes ")) return std::nullopt;
  auto range_and_complete = base::split_once(base::trim(text.substr(6)), '/');
  if (!range_and_complete) return std::nullopt;
  auto ends = base::split_once(range_and_complete->first, '-');
  if (!ends) return std::nullopt;
  auto first = base::parse_uint(ends->first), last = base::parse_uint(ends->second);
  if (!first || !last || *first > *last) return std::nullopt;
  ContentRange range{*first, *last, std::nullopt};
  if (range_and_complete->second == "*") return range;
  range.complete = base::parse_uint(range_and_complete->second);
  if (!range.complete || *last >= *range.complete) return std::nullopt;
  return range;
}

bool may_be_about_range(int status, std::span<const Header> headers) {
  const bool waits =
      (status == 429 || status == 503) && !find_header(headers, "retry-after").empty();
  return status >= 400 && status != 407 && !waits;
}

}  // namespace pipit::net
