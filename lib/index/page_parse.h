// Index pages as servers send them: PEP 503 HTML and PEP 691 JSON, distinguished by content, never
// by what was requested.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/url.h"
#include "index/page_source.h"
#include "index/raw_file.h"
#include "net/client.h"
#include "net/get_cached.h"

namespace pipit::index {

/// The largest page that is read, in decoded bytes.
inline constexpr std::uint64_t kMaxPage = 128u << 20;

/// Whether an answer can be a page at all: status 200, a type of PEP 503 or 691 (also
/// application/json, which must then be such a page), no gzip inside gzip. Else an error of the
/// index that names URL, redirect and type.
Result<void> check_is_page(const net::Response& response);

/// Returns the stored form (page_codec.h). Code::bad_index when the page is neither HTML nor JSON
/// of a major version we know (PEP 629, 691).
Result<std::string> parse_page(std::string_view body, const PageSource& source);

/// The page in a response: check_is_page(), then parse_page().
Result<std::string> read_page(const net::Response& response, const PageSource& source);
/// The same for a page that arrives in pieces and is never in memory as sent. Null when the
/// beginning is not that of a JSON page: read_page() then gets the whole.
std::unique_ptr<net::StreamEncoder> stream_page(const net::Response& beginning, PageSource source);

/// Returns every link of an HTML page as a file, whatever its project: for --find-links.
Result<std::vector<RawFile>> parse_links(std::string_view body, const base::Url& url);

}  // namespace pipit::index
