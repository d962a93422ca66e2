#include "net/stored_answer.h"

#include <doctest/doctest.h>

#include <string>

namespace pipit::net {
namespace {

Validators with_etag(std::string etag) {
  Validators out;
  out.etag = std::move(etag);
  out.stored_at = 1'700'000'000;
  return out;
}

}  // namespace

TEST_CASE("stored answer: comes back, and its URL without secrets") {
  const auto url = *base::parse_url("https://user:opens@h/simple/a/?v=1#part");
  const std::string content("a\0b\nc", 5);
  const std::string text = encode_stored(with_etag("\"1\""), url, content);
  CHECK_EQ(text.find("opens"), std::string::npos);
  const auto back = decode_stored(base::SharedText(text));
  REQUIRE(back);
  CHECK_EQ(back->validators.etag, "\"1\"");
  CHECK_EQ(base::to_string(back->url), "https://h/simple/a/?v=1");
  CHECK_EQ(back->content.text, content);
  CHECK_EQ(decode_stored(base::SharedText(encode_stored({}, url, "")))->content.text, "");
}

TEST_CASE("stored answer: anything else is none") {
  const std::string text = encode_stored(with_etag("\"1\""), *base::parse_url("https://h/"), "");
  for (std::size_t size = 0; size < text.size(); ++size) {
    CAPTURE(size);
    CHECK_FALSE(decode_stored(base::SharedText(text.substr(0, size))));
  }
  CHECK_FALSE(decode_stored(base::SharedText("<html></html>")));
}

TEST_CASE("stored answer: what is asked with") {
  std::vector<Header> headers;
  add_conditions(headers, {});
  CHECK(headers.empty());
  Validators both = with_etag("W/\"1\"");
  both.last_modified = "Sun, 06 Nov 1994 08:49:37 GMT";
  add_conditions(headers, both);
  CHECK_EQ(find_header(headers, "if-none-match"), "W/\"1\"");
  CHECK_EQ(find_header(headers, "if-modified-since"), "Sun, 06 Nov 1994 08:49:37 GMT");
}

TEST_CASE("stored answer: whether two speak of one content") {
  Validators dated;
  dated.last_modified = "Sun, 06 Nov 1994 08:49:37 GMT";
  Validators later = dated;
  later.last_modified = "Mon, 07 Nov 1994 08:49:37 GMT";
  CHECK(same_content(with_etag("a"), with_etag("a")));
  CHECK_FALSE(same_content(with_etag("a"), with_etag("b")));
  CHECK_FALSE(same_content(with_etag("a"), dated));
  CHECK(same_content(dated, dated));
  CHECK_FALSE(same_content(dated, later));
  CHECK_FALSE(same_content({}, {}));
}

TEST_CASE("stored answer: when it is worth being written again") {
  const Validators old = with_etag("a");
  Validators now = old;
  now.stored_at += 1000;
  CHECK_FALSE(differ_in_use(old, now));
  now.max_age = 600;
  CHECK(differ_in_use(old, now));
  Validators older = now;
  older.stored_at -= 500;
  CHECK(differ_in_use(older, now));
  CHECK(differ_in_use(old, with_etag("b")));
}

}  // namespace pipit::net
