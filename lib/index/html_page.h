// HTML pages (PEP 503), and as much HTML as they need.
#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "index/page_source.h"
#include "index/raw_file.h"

namespace pipit::index {

/// A start tag: attributes with their entities decoded and names in lower case, and the text up to
/// the end tag.
struct HtmlTag {
  std::string_view name;  // as written
  std::vector<std::pair<std::string, std::string>> attributes;
  const std::string* find(std::string_view attribute) const;
};
/// Calls `on_tag` for every start tag outside comments. Never fails: what is not a tag is text.
void scan_html(std::string_view text, const std::function<void(const HtmlTag&)>& on_tag);
/// &amp; &lt; &gt; &quot; &apos; and numeric references.
std::string decode_entities(std::string_view text);

/// PEP 792: what an index says of the project as a whole.
struct ProjectStatus {
  std::string status, reason;
};
/// Passes every link to `add`; returns what the page's meta tags say.
Result<ProjectStatus> parse_html_page(std::string_view body, const PageSource& source,
                                      const std::function<void(RawFile)>& add);

}  // namespace pipit::index
