// Distinguishes the two kinds of pages.
#include "index/page_parse.h"

#include <utility>

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

constexpr std::string_view kMark = "\xef\xbb\xbf";  // of UTF-8

// An HTML type is not believed to the letter: folders on a plain file server have nothing better.
bool looks_like_json(std::string_view body) {
  if (body.starts_with(kMark)) body.remove_prefix(kMark.size());
  body = base::trim(body);
  return body.starts_with("{");
}

/// Says of a page that cannot be read what it is.
Result<std::string> with_what_came(Result<std::string> page, const net::Response& response) {
  if (!page && page.error().code == Code::bad_index)
    page.error().message +=
        cat(" (", net::what_came(response.from, response.headers, response.length), ")");
  return page;
}

class PageStream final : public net::StreamEncoder {
 public:
  explicit PageStream(PageSource source)
      : source_(std::move(source)),
        builder_(source_.project, source_.index_url),
        parser_(source_, builder_) {}
  void feed(std::string_view bytes) override {
    if (!begun_ && bytes.starts_with(kMark)) bytes.remove_prefix(kMark.size());
    begun_ = true;
    if (outcome_) outcome_ = parser_.feed(bytes);
  }
  Result<std::string> finish(const net::Response& response) override {
    if (outcome_) outcome_ = parser_.finish();
    if (!outcome_) return with_what_came(fail(outcome_.error()), response);
    return builder_.encode();
  }

 private:
  const PageSource source_;
  PageBuilder builder_;
  JsonPageParser parser_;
  bool begun_ = false;
  Result<void> outcome_;
};

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
    if (body.starts_with(kMark)) body.remove_prefix(kMark.size());
    PIPIT_TRY(parse_json_page(body, source, builder));
  } else {
    PIPIT_TRY(ProjectStatus said,
              parse_html_page(body, source, [&](const RawFile& file) { builder.add(file); }));
    builder.set_status(std::move(said.status), std::move(said.reason));
  }
  return builder.encode();
}

Result<std::string> read_page(const net::Response& response, const PageSource& source) {
  PIPIT_TRY(check_is_page(response));
  return with_what_came(parse_page(response.body, source), response);
}

std::unique_ptr<net::StreamEncoder> stream_page(const net::Response& beginning, PageSource source) {
  if (!check_is_page(beginning) || !looks_like_json(beginning.body)) return nullptr;
  return std::make_unique<PageStream>(std::move(source));
}

Result<std::vector<RawFile>> parse_links(std::string_view body, const base::Url& url) {
  std::vector<RawFile> files;
  const PageSource source{"", "", url};
  PIPIT_TRY(parse_html_page(body, source, [&](RawFile file) { files.push_back(std::move(file)); }));
  return files;
}

}  // namespace pipit::index
