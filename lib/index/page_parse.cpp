// Distinguishes the two kinds of pages.
#include "index/page_parse.h"

#include "base/text.h"
#include "index/html_page.h"
#include "index/json_page.h"
#include "index/page_builder.h"

namespace pipit::index {
namespace {

// The content type is ignored: folders on a plain file server have none that helps.
bool looks_like_json(std::string_view body) {
  if (body.starts_with("\xef\xbb\xbf")) body.remove_prefix(3);
  body = base::trim(body);
  return body.starts_with("{");
}

}  // namespace

Result<std::string> parse_page(std::string_view body, const PageSource& source) {
  PageBuilder builder(source.project, source.index_url);
  if (looks_like_json(body)) {
    if (body.starts_with("\xef\xbb\xbf")) body.remove_prefix(3);
    PIPIT_TRY(parse_json_page(body, source, builder));
  } else {
    PIPIT_TRY(ProjectStatus said,
              parse_html_page(body, source, [&](RawFile file) { builder.add(std::move(file)); }));
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
