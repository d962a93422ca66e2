// PEP 503 pages: what their <a>, <base> and <meta> tags say.
#include "index/html_page.h"

#include <optional>

#include "base/redact.h"
#include "base/text.h"
#include "index/html_scan.h"
#include "index/link_resolver.h"

namespace pipit::index {
namespace {

/// PEP 629: a page of another major version may mean something else by what looks familiar.
Result<void> check_html_version(const HtmlTag& tag, const PageSource& source) {
  const std::string* name = tag.find("name");
  const std::string* content = tag.find("content");
  if (!name || !content || *name != "pypi:repository-version") return {};
  const auto major = base::parse_uint(base::split(*content, '.').front());
  if (major && *major <= 1) return {};
  return fail(Code::unsupported, cat(base::redacted(source.url), ": index API version ",
                                     base::printable(*content), " is not supported"));
}

/// A link of PEP 503, with the attributes of PEP 592 (yanked), 658 and 714 (metadata file).
std::optional<RawFile> file_of_anchor(const HtmlTag& tag, LinkResolver& links) {
  const std::string* href = tag.find("href");
  if (!href) return std::nullopt;
  const LinkResolver::Link* const link = links.resolve(*href);
  if (!link || link->file_name.empty()) return std::nullopt;
  RawFile file;
  file.name = link->file_name;
  file.url = link->url;
  file.set_hashes(link->fragment);
  if (const std::string* python = tag.find("data-requires-python")) file.requires_python = *python;
  if (const std::string* reason = tag.find("data-yanked")) {
    file.yanked = true;
    file.yanked_reason = *reason;
  }
  // PEP 714: the newer name wins where both are present.
  const std::string* sidecar = tag.find("data-core-metadata");
  if (!sidecar) sidecar = tag.find("data-dist-info-metadata");
  if (sidecar) file.set_sidecar(*sidecar);
  return file;
}

/// PEP 792 in HTML: meta tags.
void note_status(const HtmlTag& tag, ProjectStatus& status) {
  const std::string* name = tag.find("name");
  const std::string* content = tag.find("content");
  if (!name || !content) return;
  if (*name == "pypi:project-status") status.status = *content;
  if (*name == "pypi:project-status-reason") status.reason = *content;
}

}  // namespace

Result<ProjectStatus> parse_html_page(std::string_view body, const PageSource& source,
                                      const std::function<void(RawFile)>& add) {
  LinkResolver links(source.url);
  ProjectStatus status;
  Result<void> outcome;
  bool based = false;
  scan_html(body, [&](const HtmlTag& tag) {
    if (tag.is("a")) {
      if (auto file = file_of_anchor(tag, links)) add(std::move(*file));
    } else if (tag.is("base") && !based) {  // the first one counts (HTML 4.2.3)
      if (const std::string* href = tag.find("href")) links.set_base(*href);
      based = true;
    } else if (tag.is("meta") && outcome) {
      outcome = check_html_version(tag, source);
      note_status(tag, status);
    }
  });
  if (!outcome) return fail(std::move(outcome.error()));
  return status;
}

}  // namespace pipit::index
