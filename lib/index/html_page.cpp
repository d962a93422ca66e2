// PEP 503 pages. They are written by hand, by twenty kinds of servers and by object stores, so this
// is a tolerant tag scanner, not an HTML parser: it reads <a>, <base> and <meta>, skips comments,
// scripts and everything else, and accepts attributes with or without quotes.
#include "index/html_page.h"

#include <algorithm>
#include <optional>

#include "base/redact.h"
#include "base/text.h"
#include "index/link_resolver.h"

namespace pipit::index {
namespace {

constexpr std::size_t kMaxAttributes = 64;  // of one tag; more are read and dropped

/// "#62" or "#x3E". A number beyond Unicode stays text.
std::optional<std::uint32_t> numeric_reference(std::string_view body) {
  if (body.size() < 2 || body[0] != '#') return std::nullopt;
  const bool hexadecimal = body[1] == 'x' || body[1] == 'X';
  const auto value =
      hexadecimal ? base::parse_hex(body.substr(2)) : base::parse_uint(body.substr(1));
  if (!value || *value > 0x10ffff) return std::nullopt;
  return static_cast<std::uint32_t>(*value);
}

/// Only XML's five of the two thousand named entities: servers write no others into links.
std::optional<std::uint32_t> entity(std::string_view body) {
  if (body == "amp") return '&';
  if (body == "lt") return '<';
  if (body == "gt") return '>';
  if (body == "quot") return '"';
  if (body == "apos") return '\'';
  return numeric_reference(body);
}

std::size_t skip_spaces(std::string_view text, std::size_t at) {
  while (at < text.size() && base::is_space(text[at])) ++at;
  return at;
}

/// Reads one attribute from `at` (not at ">" or the end); returns the position behind it.
std::size_t read_attribute(std::string_view text, std::size_t at, HtmlTag& tag) {
  const std::size_t name_start = at;
  while (at < text.size() && text[at] != '=' && text[at] != '>' && text[at] != '/' &&
         !base::is_space(text[at]))
    ++at;
  if (at == name_start) return at + 1;  // a stray "/" or "="
  std::string name = base::to_lower(text.substr(name_start, at - name_start));
  std::string value;
  const std::size_t equals = skip_spaces(text, at);
  if (equals < text.size() && text[equals] == '=') {
    at = skip_spaces(text, equals + 1);
    if (at < text.size() && (text[at] == '"' || text[at] == '\'')) {
      const std::size_t end = text.find(text[at], at + 1);
      // An unclosed quote takes the rest of the page, as in browsers.
      const std::size_t stop = end == std::string_view::npos ? text.size() : end;
      value = decode_entities(text.substr(at + 1, stop - at - 1));
      at = stop == text.size() ? stop : stop + 1;
    } else {
      const std::size_t start = at;
      while (at < text.size() && text[at] != '>' && !base::is_space(text[at])) ++at;
      value = decode_entities(text.substr(start, at - start));
    }
  }
  if (tag.attributes.size() < kMaxAttributes)
    tag.attributes.emplace_back(std::move(name), std::move(value));
  return at;
}

/// Reads name and attributes of a start tag from behind its "<"; returns the position behind its
/// ">".
std::size_t read_tag(std::string_view text, std::size_t at, HtmlTag& tag) {
  const std::size_t start = at;
  while (at < text.size() && base::is_alnum(text[at])) ++at;
  tag.name = text.substr(start, at - start);
  tag.attributes.clear();
  for (;;) {
    at = skip_spaces(text, at);
    if (at >= text.size()) return at;
    if (text[at] == '>') return at + 1;
    at = read_attribute(text, at, tag);
  }
}

bool is_tag(const HtmlTag& tag, std::string_view name) {
  return base::equals_ignoring_case(tag.name, name);
}

/// PEP 629: a page of another major version may mean something else by what looks familiar.
Result<void> check_html_version(const HtmlTag& tag, const PageSource& source) {
  const std::string* name = tag.find("name");
  const std::string* content = tag.find("content");
  if (!name || !content || *name != "pypi:repository-version") return {};
  const auto major = base::parse_uint(base::split(*content, '.').front());
  if (major && *major <= 1) return {};
  return fail(Code::bad_index, cat(base::redacted(source.url), ": index API version ",
                                   base::printable(*content), " is not supported"));
}

}  // namespace

const std::string* HtmlTag::find(std::string_view attribute) const {
  for (const auto& [key, value] : attributes)
    if (key == attribute) return &value;
  return nullptr;
}

std::string decode_entities(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    const std::size_t plain = std::min(text.find('&', at), text.size());
    out.append(text.substr(at, plain - at));
    at = plain;
    if (at == text.size()) break;
    const std::size_t end = text.find(';', at);
    // The longest reference that is decoded is "&#x10ffff;"; a "&" in front of other text is a "&".
    if (end == std::string_view::npos || end - at > 12) {
      out += '&';
      continue;
    }
    if (const auto code_point = entity(text.substr(at + 1, end - at - 1))) {
      base::append_utf8(out, *code_point);
      at = end;
    } else {
      out += '&';
    }
  }
  return out;
}

void scan_html(std::string_view text, const std::function<void(const HtmlTag&)>& on_tag) {
  HtmlTag tag;
  std::size_t at = 0;
  while ((at = text.find('<', at)) != std::string_view::npos) {
    ++at;
    if (text.substr(at).starts_with("!--")) {
      const std::size_t end = text.find("-->", at);
      if (end == std::string_view::npos) return;
      at = end + 3;
      continue;
    }
    if (at >= text.size() || !base::is_alpha(text[at])) continue;
    at = read_tag(text, at, tag);
    on_tag(tag);
    // The content of these two is not HTML: a "<a" in a script is a comparison.
    if (is_tag(tag, "script") || is_tag(tag, "style"))
      at = std::min(text.find("</", at), text.size());
  }
}

namespace {

/// A link of PEP 503, with the attributes of PEP 592 (yanked), 658 and 714 (metadata file).
std::optional<RawFile> file_of_anchor(const HtmlTag& tag, const LinkResolver& links) {
  const std::string* href = tag.find("href");
  if (!href) return std::nullopt;
  auto link = links.resolve(*href);
  if (!link || link->file_name.empty()) return std::nullopt;
  RawFile file;
  file.name = std::move(link->file_name);
  file.url = std::move(link->url);
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
    if (is_tag(tag, "a")) {
      if (auto file = file_of_anchor(tag, links)) add(std::move(*file));
    } else if (is_tag(tag, "base") && !based) {  // the first one counts (HTML 4.2.3)
      if (const std::string* href = tag.find("href")) links.set_base(*href);
      based = true;
    } else if (is_tag(tag, "meta") && outcome) {
      outcome = check_html_version(tag, source);
      note_status(tag, status);
    }
  });
  if (!outcome) return fail(std::move(outcome.error()));
  return status;
}

}  // namespace pipit::index
