// Index pages as servers send them: PEP 503 HTML and PEP 691 JSON, told apart by content, never by
// what was asked for.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/url.h"
#include "index/page_builder.h"

namespace pipit::index {

/// The largest page that is read, decoded.
inline constexpr std::uint64_t kMaxPage = 128u << 20;

struct PageSource {
  std::string project;    // normal form
  std::string index_url;  // for the page, without user information
  base::Url url;  // where the page came from, after redirects: relative links are seen from here
};

/// The stored form (page_builder.h). Code::bad_index when it is neither HTML nor JSON of a major
/// version we know (PEP 629, 691).
Result<std::string> parse_page(std::string_view body, const PageSource& source);

/// Every link of an HTML page as a file, whatever its project: for --find-links.
Result<std::vector<RawFile>> parse_links(std::string_view body, const base::Url& url);

/// HTML: attributes with their entities decoded, names in lower case; the text between start and
/// end tag.
struct HtmlTag {
  std::string_view name;  // as written
  std::vector<std::pair<std::string, std::string>> attributes;
  const std::string* find(std::string_view attribute) const;
};
/// Calls `on_tag` for every start tag outside comments. Never fails: what is no tag is text.
void scan_html(std::string_view text, const std::function<void(const HtmlTag&)>& on_tag);
/// &amp; &lt; &gt; &quot; &apos; and numeric references.
std::string decode_entities(std::string_view text);

namespace detail {
/// Makes links absolute and judges them: only http(s), https stays https, a page from the network
/// never links to file:. nullopt: dropped.
class LinkResolver {
 public:
  explicit LinkResolver(base::Url base);
  struct Link {
    std::string url, file_name, fragment;
  };
  std::optional<Link> resolve(std::string_view href) const;
  void set_base(std::string_view href);

 private:
  base::Url page_, base_;
};
/// "sha256=…" of a fragment or attribute goes where it belongs in `file`.
void set_hash(RawFile& file, std::string_view spec);
/// "true", "sha256=…", "" or other text of data-core-metadata.
void set_sidecar(RawFile& file, std::string_view value);
/// PEP 792: what an index says of the project as a whole.
struct ProjectStatus {
  std::string status, reason;
};
/// Gives every link to `add`; returns what the page's meta tags say.
Result<ProjectStatus> parse_html_page(std::string_view body, const PageSource& source,
                                      const std::function<void(RawFile)>& add);
Result<void> parse_json_page(std::string_view body, const PageSource& source, PageBuilder& builder);
}  // namespace detail

}  // namespace pipit::index
