// A fetched page decides what is fetched next, so its links are judged before anything uses them.
// Nearly all links of a page begin alike and go on plainly: such a beginning is resolved and judged
// once.
#include "index/link_resolver.h"

#include "base/text.h"

namespace pipit::index {
namespace {

constexpr std::size_t kNone = std::string_view::npos;

/// How much of a link decides its place and its right to lead there: "https://host", "", "../..".
/// What follows begins with a slash. kNone for a link that does not divide so.
std::size_t length_of_beginning(std::string_view href) {
  if (base::is_http_url(href)) return href.find('/', href.find("//") + 2);
  if (href.starts_with('/')) return href.starts_with("//") ? kNone : 0;
  std::size_t length = 0;
  while (href.substr(length).starts_with("../")) length += 3;
  return length == 0 ? kNone : length - 1;
}

/// Whether resolving leaves this path, with its fragment, as it is: neither a query nor a segment
/// that may be dots, nothing to be escaped or refused.
bool is_plain(std::string_view path) {
  constexpr std::size_t kLong = 4096;
  char before = '\0';
  for (const char c : path) {
    if (c <= ' ' || c >= 0x7f || c == '\\' || c == '?') return false;
    if (before == '/' && (c == '.' || c == '%')) return false;
    before = c;
  }
  return path.size() <= kLong;
}

}  // namespace

LinkResolver::LinkResolver(base::Url base) : page_(base), base_(std::move(base)) {}

// Links are still judged by the page's own address: a <base> to http does not make http right.
void LinkResolver::set_base(std::string_view href) {
  known_.reset();
  if (auto url = base::resolve(page_, base::trim(href))) base_ = std::move(*url);
}

bool LinkResolver::resolve_known(std::string_view href) {
  if (!known_ || !href.starts_with(known_->first)) return false;
  const std::string_view rest = href.substr(known_->first.size());
  if (!rest.starts_with('/') || (known_->first.empty() && rest.starts_with("//"))) return false;
  if (!is_plain(rest)) return false;
  const std::size_t hash = rest.find('#');
  const std::string_view path = rest.substr(0, hash);
  link_.url.assign(known_->second).append(path);
  link_.fragment = hash == kNone ? std::string_view{} : rest.substr(hash + 1);
  const std::string_view name = path.substr(path.rfind('/') + 1);
  if (name.contains('%'))
    link_.file_name = base::percent_decode(name);
  else
    link_.file_name = name;
  return true;
}

void LinkResolver::remember(std::string_view href) {
  const std::size_t length = length_of_beginning(href);
  if (length == kNone) return;
  const std::string_view rest = href.substr(length);
  const std::string_view path = rest.substr(0, rest.find('#'));
  if (!is_plain(rest) || !link_.url.ends_with(path)) return;
  known_.emplace(href.substr(0, length), link_.url.substr(0, link_.url.size() - path.size()));
}

const LinkResolver::Link* LinkResolver::resolve(std::string_view href) {
  href = base::trim(href);
  if (resolve_known(href)) return &link_;
  auto url = base::resolve(base_, href);
  if (!url) return nullptr;
  // A page from the network must not make this machine read its own files, nor move a download from
  // TLS to plain http.
  const bool from_network = !page_.is_file();
  const bool to_network = url->is_http();
  if (!to_network && (from_network || !url->is_file())) return nullptr;
  if (page_.scheme == "https" && url->scheme == "http") return nullptr;
  link_.fragment = std::move(url->fragment);
  url->fragment.clear();
  link_.file_name = base::file_name(*url);
  link_.url = base::to_string(base::without_secrets(std::move(*url)));
  remember(href);
  return &link_;
}

}  // namespace pipit::index
