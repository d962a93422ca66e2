#include "base/text.h"

#include <doctest/doctest.h>

#include <climits>
#include <string>
#include <vector>

namespace pipit::base {
namespace {

std::span<const std::uint8_t> as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

using Pieces = std::vector<std::string_view>;

}  // namespace

TEST_CASE("text: cat joins strings, characters and numbers") {
  CHECK_EQ(cat("a", 'b', std::string("c"), std::string_view("d"), 1, -2, 3u), "abcd1-23");
  CHECK_EQ(cat(LLONG_MIN, " ", ULLONG_MAX), "-9223372036854775808 18446744073709551615");
  CHECK_EQ(cat(), "");
}

TEST_CASE("text: case and kind go by ASCII alone") {
  CHECK_EQ(to_lower("AZaz09_\xc3\x84"), "azaz09_\xc3\x84");
  CHECK(equals_ignoring_case("Content-TYPE", "content-type"));
  CHECK_FALSE(equals_ignoring_case("a", "ab"));
  CHECK(starts_with_ignoring_case("BEARER x", "bearer "));
  CHECK_FALSE(starts_with_ignoring_case("b", "bearer"));
  for (int c = 0; c < 256; ++c) {
    const char byte = static_cast<char>(c);
    CHECK_EQ(is_space(byte), std::string_view(" \t\n\r\f\v").find(byte) != std::string_view::npos);
    CHECK_EQ(is_alnum(byte),
             (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'));
  }
}

TEST_CASE("text: trimming and splitting") {
  CHECK_EQ(trim(" \t\r\n\f\v a b \n"), "a b");
  CHECK_EQ(trim("  "), "");
  CHECK_EQ(split("a,,b,", ','), Pieces{"a", "", "b", ""});
  CHECK_EQ(split("", ','), Pieces{""});
  CHECK_EQ(split_space("  a\tb\n c "), Pieces{"a", "b", "c"});
  CHECK(split_space(" \n").empty());
  CHECK_EQ(split_once("a=b=c", '=')->first, "a");
  CHECK_EQ(split_once("a=b=c", '=')->second, "b=c");
  CHECK_FALSE(split_once("abc", '='));
  const std::vector<std::string> pieces = {"a", "", "c"};
  CHECK_EQ(join(pieces, ", "), "a, , c");
  CHECK_EQ(join({}, ", "), "");
  CHECK_EQ(replace_all("aaaa", "aa", "b"), "bb");
  CHECK_EQ(replace_all("abc", "", "x"), "abc");
}

TEST_CASE("text: numbers are digits alone, and fit") {
  CHECK_EQ(parse_uint("0"), 0u);
  CHECK_EQ(parse_uint("007"), 7u);
  CHECK_EQ(parse_uint("18446744073709551615"), UINT64_MAX);
  for (std::string_view bad : {"", " 1", "1 ", "+1", "-1", "1a", "0x1", "18446744073709551616"}) {
    CAPTURE(bad);
    CHECK_FALSE(parse_uint(bad));
  }
  CHECK_EQ(parse_hex("fF"), 255u);
  for (std::string_view bad : {"", "0x1", "g", "-1", "10000000000000000"}) {
    CAPTURE(bad);
    CHECK_FALSE(parse_hex(bad));
  }
}

TEST_CASE("text: hexadecimal and base64 as in RFC 4648") {
  CHECK_EQ(hex(as_bytes(std::string_view("\x00\xff\x1a", 3))), "00ff1a");
  CHECK_EQ(*unhex("00fF1a"), std::vector<std::uint8_t>{0, 255, 26});
  CHECK_FALSE(unhex("abc"));
  CHECK_FALSE(unhex("0g"));
  struct Row {
    std::string_view plain, encoded;
  };
  for (const Row& row : {Row{"", ""},
                         {"f", "Zg=="},
                         {"fo", "Zm8="},
                         {"foo", "Zm9v"},
                         {"foob", "Zm9vYg=="},
                         {"fooba", "Zm9vYmE="},
                         {"foobar", "Zm9vYmFy"}}) {
    CHECK_EQ(base64(row.plain), row.encoded);
    CHECK_EQ(base64url(as_bytes(row.plain)), row.encoded.substr(0, row.encoded.find('=')));
  }
  CHECK_EQ(base64("\xfb\xff\xfe"), "+//+");
  CHECK_EQ(base64url(as_bytes("\xfb\xff\xfe")), "-__-");
}

}  // namespace pipit::base
