// URLs from pages and requirements: what is accepted is written and parsed to the same, can stand
// in a request line, resolves against itself, and shows no user information when redacted.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/redact.h"
#include "base/text.h"
#include "base/url.h"

namespace {

using namespace pipit::base;

void require(bool holds) {
  if (!holds) std::abort();
}

bool fits_request_line(std::string_view text) {
  for (char c : text) {
    if (static_cast<unsigned char>(c) <= 0x20 || static_cast<unsigned char>(c) >= 0x7f)
      return false;
  }
  return true;
}

void check_url(const Url& url) {
  const std::string text = to_string(url);
  const auto again = parse_url(text);
  require(again && *again == url);
  require(url.path.starts_with('/'));
  require(fits_request_line(url.path) && fits_request_line(url.query) &&
          fits_request_line(url.host));
  require(parse_url(redacted(url)).has_value());
  require(parse_url(redacted(url))->userinfo.empty());
  require(pipit::base::resolve(url, text).has_value());
  (void)file_url_to_path(url);
  (void)file_name(url);
  (void)origin(url);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto url = parse_url(text)) check_url(*url);
  Url base;
  base.scheme = "https";
  base.userinfo = "user:secret";
  base.host = "example.org";
  base.path = "/simple/name/";
  if (const auto url = pipit::base::resolve(base, text)) {
    require(url->userinfo != base.userinfo || url->host == base.host ||
            text.contains("user:secret"));
    check_url(*url);
  }
  (void)redact_text(text);
  (void)redact_url(text);
  require(percent_decode(percent_encode_path(text)) == text);
  require(is_utf8(printable(text)));
  return 0;
}
