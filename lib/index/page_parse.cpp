// What HTML and JSON pages have in common: telling them apart, links, hashes, times.
#include "index/page_parse.h"

#include "base/text.h"

namespace pipit::index {
namespace detail {

LinkResolver::LinkResolver(base::Url base) : page_(base), base_(std::move(base)) {}

void LinkResolver::set_base(std::string_view href) {
  if (auto url = base::resolve(page_, base::trim(href))) base_ = std::move(*url);
}

std::optional<LinkResolver::Link> LinkResolver::resolve(std::string_view href) const {
  auto url = base::resolve(base_, base::trim(href));
  if (!url) return std::nullopt;
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

void set_hash(RawFile& file, std::string_view spec) {
  for (const std::string_view part : base::split(spec, '&')) {
    if (const auto hash = base::parse_hash_spec(part)) file.set_hash(*hash);
  }
}

void set_sidecar(RawFile& file, std::string_view value) {
  const auto hash = base::parse_hash_spec(value);
  if (hash && hash->algorithm == "sha256") {
    file.sidecar = Sidecar::hashed;
    file.sidecar_sha256 = hash->hex;
  } else if (!value.empty() && value != "false" && file.sidecar == Sidecar::none) {
    file.sidecar = Sidecar::announced;
  }
}

}  // namespace detail

namespace {

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
    PIPIT_TRY(detail::parse_json_page(body, source, builder));
  } else {
    PIPIT_TRY(detail::ProjectStatus said, detail::parse_html_page(body, source, [&](RawFile file) {
                builder.add(std::move(file));
              }));
    builder.set_status(std::move(said.status), std::move(said.reason));
  }
  return builder.encode();
}

Result<std::vector<RawFile>> parse_links(std::string_view body, const base::Url& url) {
  std::vector<RawFile> files;
  const PageSource source{"", "", url};
  PIPIT_TRY(detail::parse_html_page(body, source,
                                    [&](RawFile file) { files.push_back(std::move(file)); }));
  return files;
}

}  // namespace pipit::index
