// A fetched page decides what is fetched next, so its links are judged before anything uses them.
#include "index/link_resolver.h"

#include "base/text.h"

namespace pipit::index {

LinkResolver::LinkResolver(base::Url base) : page_(base), base_(std::move(base)) {}

// Links are still judged by the page's own address: a <base> to http does not make http right.
void LinkResolver::set_base(std::string_view href) {
  if (auto url = base::resolve(page_, base::trim(href))) base_ = std::move(*url);
}

std::optional<LinkResolver::Link> LinkResolver::resolve(std::string_view href) const {
  auto url = base::resolve(base_, base::trim(href));
  if (!url) return std::nullopt;
  // A page from the network must not make this machine read its own files, nor move a download from
  // TLS to plain http.
  const bool from_network = !page_.is_file();
  const bool to_network = url->is_http();
  if (!to_network && (from_network || !url->is_file())) return std::nullopt;
  if (page_.scheme == "https" && url->scheme == "http") return std::nullopt;
  Link link;
  link.fragment = std::move(url->fragment);
  url->fragment.clear();
  link.file_name = base::file_name(*url);
  link.url = base::to_string(base::without_secrets(std::move(*url)));
  return link;
}

}  // namespace pipit::index
