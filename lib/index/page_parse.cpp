// Distinguishes the two kinds of pages.
#include "index/page_parse.h"

#include "base/text.h"
#include "index/html_page.h"
#include "index/json_page.h"
#include "index/page_builder.h"
#include "net/answer_error.h"

namespace pipit::index {
namespace {

/// "text/html" of "text/HTML; charset=utf-8".
std::string media_type(const net::Response& response) {
  const std::string_view type = net::find_header(response.headers, "content-type");
  return base::to_lower(base::trim(type.substr(0, type.find(';'))));
}

bool is_json_type(std::string_view type) {
  return type.ends_with("+json") || type == "application/json";
}

bool is_page_type(std::string_view type) {
  return type == "text/html" || type == "application/xhtml+xml" || type == "application/json" ||
         (type.starts_with("application/vnd.pypi.simple.") &&
          (type.ends_with("+html") || type.ends_with("+json")));
}

std::unexpected<Error> no_page(const net::Response& response, std::string_view why) {
  const std::string& what = response.from.what;
  return fail(
      Code::unsupported,
      cat(what, what.empty() ? "" : ": ",
          net::what_came(response.from, response.headers, response.body.size()), ", ", why));
}

// An HTML type is not believed to the letter: folders on a plain file server have nothing better.
bool looks_like_json(std::string_view body) {
  if (body.starts_with("\xef\xbb\xbf")) body.remove_prefix(3);
  body = base::trim(body);
  return body.starts_with("{");
}

}  // namespace

Result<void> check_is_page(const net::Response& response) {
  if (response.status != 200)
    return fail(net::status_error(response.from, response.status, response.headers));
  if (response.body.starts_with("PK\x03\x04"))
    return no_page(response, "a zip archive: no index page");
  const std::string type = media_type(response);
  if (type.empty()) return no_page(response, "without a Content-Type: no index page");
  if (!is_page_type(type)) return no_page(response, "which is no index page");
  if (response.body.starts_with("\x1f\x8b"))
    return no_page(response, "compressed twice: no index page");
  if (is_json_type(type) && !looks_like_json(response.body))
    return no_page(response, "which is no JSON page of an index");
  return {};
}

Result<std::string> parse_page(std::string_view body, const PageSource& source) {
  PageBuilder builder(source.project, source.index_url);
  if (looks_like_json(body)) {
    if (body.starts_with("\xef\xbb\xbf")) body.remove_prefix(3);
    PIPIT_TRY(parse_json_page(body, source, builder));
  } else {
    PIPIT_TRY(ProjectStatus said,
              parse_html_page(body, source, [&](const RawFile& file) { builder.add(file); }));
    builder.set_status(std::move(said.status), std::move(said.reason));
  }
  return builder.encode();
}

Result<std::vector<RawFile>> parse_links(std::string_view body, const base::Url& url) {
  std::vector<RawFile> files;
  const PageSource source{"", "", url};
  PIPIT_TRY(parse_html_page(body, source, [&](RawFile file) { files.push_back(std::move(file)); }));
  return files;
}

}  // namespace pipit::index
