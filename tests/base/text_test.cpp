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

TEST_CASE("text: sizes for people") {
  struct Row {
    std::uint64_t bytes;
    std::string_view text;
  };
  for (const Row& row : {Row{0, "0 B"},
                         {312, "312 B"},
                         {999, "999 B"},
                         {1000, "1.0 kB"},
                         {1536, "1.5 kB"},
                         {999'999, "999.9 kB"},
                         {1'000'000, "1.0 MB"},
                         {1'468'007, "1.4 MB"},
                         {3'000'000'000, "3.0 GB"},
                         {UINT64_MAX, "18.4 EB"}}) {
    CHECK_EQ(format_bytes(row.bytes), row.text);
  }
  CHECK_EQ(format_bytes_as(312'000, "MB"), "0.3");
  CHECK_EQ(format_bytes_as(12, "B"), "12");
}

TEST_CASE("text: durations for people") {
  struct Row {
    std::int64_t us;
    std::string_view text;
  };
  for (const Row& row : {Row{-5, "0 ms"},
                         {0, "0 ms"},
                         {3999, "3 ms"},
                         {999'999, "999 ms"},
                         {1'000'000, "1.00 s"},
                         {1'245'000, "1.24 s"},
                         {59'999'999, "59.99 s"},
                         {125'000'000, "2 m 05 s"},
                         {3'600'000'000, "60 m 00 s"}}) {
    CHECK_EQ(format_duration(row.us), row.text);
  }
}

TEST_CASE("text: nothing that steers a terminal gets through") {
  CHECK_EQ(printable("plain \xc3\xa4 \xe2\x82\xac \xf0\x9f\x90\xa6"),
           "plain \xc3\xa4 \xe2\x82\xac \xf0\x9f\x90\xa6");
  CHECK_EQ(printable("\x1b[31mred\x07"), "\\x1b[31mred\\x07");
  CHECK_EQ(printable("a\nb\tc\x7f"), "a\\x0ab\\x09c\\x7f");
  CHECK_EQ(printable("a\nb\r", true), "a\nb\\x0d");
  CHECK_EQ(printable("\xc2\x9b"
                     "31m"),
           "\\x9b31m");                  // C1, as UTF-8
  CHECK_EQ(printable("\x9b"), "\\x9b");  // as a bare byte
  CHECK_EQ(printable("a\xe2\x80\xae"
                     "b\xe2\x81\xa6"),
           "a\\u202eb\\u2066");
  CHECK_EQ(printable("\xef\xbb\xbf"), "\\ufeff");
  CHECK_EQ(printable("\xe2\x80"), "\\xe2\\x80");  // cut off
  CHECK_EQ(printable("\xc0\xaf"), "\\xc0\\xaf");  // too long for its value
}

TEST_CASE("text: UTF-8 is well-formed or it is not") {
  for (std::string_view good : {"", "abc", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf",
                                "\xee\x80\x80", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf"}) {
    CHECK(is_utf8(good));
  }
  for (std::string_view bad :
       {"\x80", "\xc1\xbf", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80",
        "\xf5\x80\x80\x80", "a\xff", "\xe2\x82", "\xc3(", "\xf0\x9f\x90"}) {
    CHECK_FALSE(is_utf8(bad));
  }
}

TEST_CASE("text: code points become UTF-8") {
  std::string out;
  for (std::uint32_t c : {0x41u, 0x7fu, 0x80u, 0x7ffu, 0x800u, 0xffffu, 0x10000u, 0x10ffffu}) {
    append_utf8(out, c);
  }
  CHECK_EQ(out, "A\x7f\xc2\x80\xdf\xbf\xe0\xa0\x80\xef\xbf\xbf\xf0\x90\x80\x80\xf4\x8f\xbf\xbf");
  out.clear();
  append_utf8(out, 0xd800);
  append_utf8(out, 0x110000);
  CHECK_EQ(out, "\xef\xbf\xbd\xef\xbf\xbd");
}

}  // namespace pipit::base
