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

std::int64_t parse_iso_time(std::string_view text) {
  if (text.size() < 19 || text[4] != '-' || text[7] != '-' || text[13] != ':' || text[16] != ':')
    return 0;
  const auto part = [&](std::size_t at, std::size_t length) {
    return static_cast<std::int64_t>(base::parse_uint(text.substr(at, length)).value_or(0));
  };
  // Days since the epoch of a civil date: years begin in March, so the leap day comes last.
  const std::int64_t month = part(5, 2), year = part(0, 4) - (month <= 2 ? 1 : 0);
  const std::int64_t era = year / 400, year_of_era = year - era * 400;
  const std::int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + part(8, 2) - 1;
  const std::int64_t day_of_era =
      year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  const std::int64_t days = era * 146097 + day_of_era - 719468;
  return days * 86400 + part(11, 2) * 3600 + part(14, 2) * 60 + part(17, 2);
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
