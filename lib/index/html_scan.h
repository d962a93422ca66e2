// As much HTML as project pages need: start tags and their attributes.
#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pipit::index {

/// A start tag: attributes with their entities decoded and names in lower case.
struct HtmlTag {
  std::string_view name;  // as written
  std::vector<std::pair<std::string, std::string>> attributes;
  /// Whether it is this element (name in lower case).
  bool is(std::string_view other) const;
  const std::string* find(std::string_view attribute) const;
};
/// Calls `on_tag` for every start tag outside of comments and of elements whose content is text
/// (script, style, title, textarea, …). Never fails: what is not a tag is text.
void scan_html(std::string_view text, const std::function<void(const HtmlTag&)>& on_tag);
/// &amp; &lt; &gt; &quot; &apos; and numeric references.
std::string decode_entities(std::string_view text);

}  // namespace pipit::index
