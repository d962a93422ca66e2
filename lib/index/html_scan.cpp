// PEP 503 pages are written by hand, by twenty kinds of servers and by object stores, so this is a
// tolerant tag scanner, not an HTML parser. What it must get right is what is a tag at all: a link
// inside a script, a comment or a title is text, and taking it for one would install what nobody
// listed. Where such text ends is as the HTML standard has it (13.2.5, "Tokenization"), for a
// program that runs no scripts: links in <noscript> and <template> count, as they do in pip and uv.
#include "index/html_scan.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/text.h"

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

/// "a-b" is another element than "a".
bool ends_tag_name(char c) { return base::is_space(c) || c == '/' || c == '>'; }

/// Reads name and attributes of a start tag from behind its "<"; returns the position behind its
/// ">".
std::size_t read_tag(std::string_view text, std::size_t at, HtmlTag& tag) {
  const std::size_t start = at;
  while (at < text.size() && !ends_tag_name(text[at])) ++at;
  tag.name = text.substr(start, at - start);
  tag.attributes.clear();
  for (;;) {
    at = skip_spaces(text, at);
    if (at >= text.size()) return at;
    if (text[at] == '>') return at + 1;
    at = read_attribute(text, at, tag);
  }
}

/// Behind the next `mark`, or the end of the text.
std::size_t behind(std::string_view text, std::string_view mark, std::size_t at) {
  const std::size_t found = text.find(mark, at);
  return found == std::string_view::npos ? text.size() : found + mark.size();
}

/// A comment, from behind its "<!--"; "<!-->" and "<!--->" are whole ones. An unclosed one takes
/// the rest of the page.
std::size_t skip_comment(std::string_view text, std::size_t at) {
  const std::string_view rest = text.substr(at);
  if (rest.starts_with('>')) return at + 1;
  if (rest.starts_with("->")) return at + 2;
  while ((at = text.find("--", at)) != std::string_view::npos) {
    const std::string_view end = text.substr(at + 2);
    if (end.starts_with('>')) return at + 3;
    if (end.starts_with("!>")) return at + 4;
    ++at;
  }
  return text.size();
}

/// What "<!", "<?" and "</" without a name begin, from behind the "<". The content of "<![CDATA["
/// is text.
std::size_t skip_markup(std::string_view text, std::size_t at) {
  const std::string_view rest = text.substr(at);
  if (rest.starts_with("!--")) return skip_comment(text, at + 3);
  return behind(text, rest.starts_with("![CDATA[") ? "]]>" : ">", at);
}

/// Whether the tag's name stands here, and not a longer one.
bool is_name_at(std::string_view text, std::size_t at, std::string_view name) {
  const std::string_view rest = text.substr(std::min(at, text.size()));
  return rest.size() > name.size() && ends_tag_name(rest[name.size()]) &&
         base::equals_ignoring_case(rest.substr(0, name.size()), name);
}

/// The place of the end tag of an element whose content is text, or the end of the page.
std::size_t raw_text_end(std::string_view text, std::size_t at, std::string_view name) {
  while ((at = text.find("</", at)) != std::string_view::npos && !is_name_at(text, at + 2, name))
    at += 2;
  return std::min(at, text.size());
}

/// The same for a script, where "<!--" hides an inner "<script>" together with its end tag until
/// the "-->" (old pages were written for browsers that did not know scripts).
std::size_t script_end(std::string_view text, std::size_t at) {
  constexpr std::string_view kScript = "script";
  bool hidden = false, nested = false;
  for (; at < text.size(); ++at) {
    const std::string_view rest = text.substr(at);
    if (rest.starts_with("<!--") && !hidden) {
      hidden = true;
      ++at;  // its dashes may be those of "-->"
    } else if (rest.starts_with("-->")) {
      hidden = nested = false;
    } else if (rest.starts_with("</") && is_name_at(text, at + 2, kScript)) {
      if (!nested) return at;
      nested = false;
    } else if (hidden && rest.front() == '<' && is_name_at(text, at + 1, kScript)) {
      nested = true;
    }
  }
  return text.size();
}

/// Where the content of an element ends that is text and not HTML; `at` for all others.
std::size_t text_content_end(std::string_view text, std::size_t at, const HtmlTag& tag) {
  constexpr std::array<std::string_view, 7> kOfText = {"style",  "textarea", "title",   "xmp",
                                                       "iframe", "noembed",  "noframes"};
  if (tag.is("script")) return script_end(text, at);
  if (tag.is("plaintext")) return text.size();
  for (const std::string_view name : kOfText)
    if (tag.is(name)) return raw_text_end(text, at, name);
  return at;
}

}  // namespace

bool HtmlTag::is(std::string_view other) const { return base::equals_ignoring_case(name, other); }

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
    const std::string_view rest = text.substr(++at);
    const bool is_end = rest.starts_with('/');
    const bool is_named = rest.size() > is_end && base::is_alpha(rest[is_end]);
    if (is_named) {
      at = read_tag(text, at + is_end, tag);
      if (is_end) continue;
      on_tag(tag);
      at = text_content_end(text, at, tag);
    } else if (is_end || rest.starts_with('!') || rest.starts_with('?')) {
      at = skip_markup(text, at);
    }
  }
}

}  // namespace pipit::index
