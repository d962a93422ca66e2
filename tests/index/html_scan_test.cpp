#include "index/html_scan.h"

#include <doctest/doctest.h>

#include <utility>
#include <vector>

#include "base/text.h"

namespace pipit::index {
namespace {

/// "a href=x class=y; p": start tags with their attributes.
std::string tags_in(std::string_view text) {
  std::string out;
  scan_html(text, [&out](const HtmlTag& tag) {
    out += cat(out.empty() ? "" : "; ", tag.name);
    for (const auto& [key, value] : tag.attributes) out += cat(" ", key, "=", value);
  });
  return out;
}

TEST_CASE("html: entities") {
  const std::vector<std::pair<std::string_view, std::string_view>> rows = {
      {"", ""},
      {"plain", "plain"},
      {"&amp;&lt;&gt;&quot;&apos;", "&<>\"'"},
      {"&#62;=3.8&#x2c; &#X3C;4", ">=3.8, <4"},
      {"&#228;&#x1f40d;", "\xc3\xa4\xf0\x9f\x90\x8d"},
      {"&amp;amp;", "&amp;"},              // decoded once
      {"a=1&b=2", "a=1&b=2"},              // written into links without escaping
      {"&b;&", "&b;&"},                    // no entity of ours
      {"&#;&#x;&#zz;", "&#;&#x;&#zz;"},    // no numbers
      {"&#x10ffff;", "\xf4\x8f\xbf\xbf"},  // the last code point
      {"&#x110000;", "&#x110000;"},        // beyond it
      {"& &amp;", "& &"},
      {"&0000000000000;", "&0000000000000;"},
  };
  for (const auto& [text, decoded] : rows) {
    CAPTURE(text);
    CHECK_EQ(decode_entities(text), decoded);
  }
}

TEST_CASE("html: start tags and their attributes, however they are written") {
  const std::vector<std::pair<std::string_view, std::string_view>> rows = {
      {"", ""},
      {"no tag at all", ""},
      {"<a href=\"x\">t</a>", "a href=x"},
      {"<A HREF='x'>", "A href=x"},
      {"<a href=x class=y>", "a href=x class=y"},
      {"<a\n  href = \"x\"\n>", "a href=x"},
      {"<a data-yanked href=x>", "a data-yanked= href=x"},
      {"<a href='it\"s'>", "a href=it\"s"},
      {"<a href=\"a&amp;b\" title=&lt;>", "a href=a&b title=<"},
      {"<br/><hr />", "br; hr"},
      {"<BR/><a/href=x>", "BR; a href=x"},
      {"<a =x href=y>", "a x= href=y"},  // a stray "=" is passed over
      {"<a href=x/>", "a href=x/"},
      {"1 < 2 <a href=x>", "a href=x"},
      {"</a><a>", "a"},
      {"<!DOCTYPE html><p>", "p"},
      {"<!-- <a href=x> --><p>", "p"},
      {"<p><!-- never closed <a href=x>", "p"},
      {"<script>if (a <b) '<a href=x>'</script><p>", "script; p"},
      {"<STYLE>a<b{}</STYLE><p>", "STYLE; p"},
      {"<script><a href=x>", "script"},
      {"<script>'</scr'+'ipt>' <a> </b> </scripty> <a></SCRIPT\n><p>", "script; p"},
      {"<script src=x/><a></script ><p>", "script src=x/; p"},
      {"<script><!-- <a> </script><p>", "script; p"},
      {"<script><!-- <script> <a></script> <a> --></script><p>", "script; p"},
      {"<script><!-- <script> <a></script> <a></script><p>", "script; p"},
      {"<script><!--><script></script><p>", "script; p"},  // a comment that ends at once
      {"<script>a<!-- <scripts> </script><p>", "script; p"},
      {"<style>a</script><a></Style/><p>", "style; p"},
      {"<textarea></text><a></TEXTAREA><p>", "textarea; p"},
      {"<title><a></title><p>", "title; p"},
      {"<title><a>", "title"},
      {"<xmp><a></xmp><iframe><a></iframe><noembed><a></noembed><noframes><a></noframes><p>",
       "xmp; iframe; noembed; noframes; p"},
      {"<plaintext><a></plaintext><a>", "plaintext"},
      {"<noscript><a></noscript><template><p></template>", "noscript; a; template; p"},
      {"<a-b href=x><a:b><abbr><p>", "a-b href=x; a:b; abbr; p"},
      {"<![CDATA[ <a> > ]]><p>", "p"},
      {"<![CDATA[ <a>", ""},
      {"<?php '<a' ?><p>", "p"},
      {"</ <a><p></><b>", "p; b"},
      {"</p title='<a>'><b>", "b"},
      {"<!--><p>--><b>", "p; b"},
      {"<!---><p>", "p"},
      {"<!-- > <a> --!><p>", "p"},
      {"<!-- <script> --><p><!-- </script> <a> -->", "p"},
      {"<!x <a><p>", "p"},
      {"<p title='<script>'><b>", "p title=<script>; b"},
      {"<a href=\"x", "a href=x"},  // cut in the middle
      {"<a href=", "a href="},
      {"<a hr", "a hr="},
      {"<a ", "a"},
      {"<", ""},
  };
  for (const auto& [text, tags] : rows) {
    CAPTURE(text);
    CHECK_EQ(tags_in(text), tags);
  }
}

TEST_CASE("html: of a tag with a thousand attributes the first 64 are kept") {
  std::string text = "<a";
  for (int i = 0; i < 1000; ++i) text += cat(" n", i, "=", i);
  std::size_t count = 0;
  bool first = false, last = true;
  scan_html(text + "><p>", [&](const HtmlTag& tag) {
    if (tag.name != "a") return;
    count = tag.attributes.size();
    first = tag.find("n0") != nullptr;
    last = tag.find("n999") != nullptr;
  });
  CHECK_EQ(count, 64);
  CHECK(first);
  CHECK_FALSE(last);
}

}  // namespace
}  // namespace pipit::index
