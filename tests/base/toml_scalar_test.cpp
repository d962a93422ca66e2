#include "base/toml_scalar.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <string>

namespace pipit::base {

TEST_CASE("toml scalar: integers in four bases") {
  struct Row {
    std::string_view word;
    std::int64_t value;
  };
  for (const Row& row : {Row{"0", 0},
                         {"+0", 0},
                         {"-17", -17},
                         {"1_000", 1000},
                         {"0xDead_Beef", 0xdeadbeef},
                         {"0o17", 15},
                         {"0b101", 5},
                         {"9223372036854775807", std::numeric_limits<std::int64_t>::max()},
                         {"-9223372036854775808", std::numeric_limits<std::int64_t>::min()}}) {
    CAPTURE(row.word);
    CHECK_EQ(toml_integer(row.word), row.value);
  }
  for (std::string_view word : {"", "+", "-", "01", "+01", "1__0", "_1", "1_", "0x", "0X1", "-0x1",
                                "0o8", "0b2", "1.0", "a", "9223372036854775808", "1 "}) {
    CAPTURE(word);
    CHECK_FALSE(toml_integer(word));
  }
}

TEST_CASE("toml scalar: floats") {
  struct Row {
    std::string_view word;
    double value;
  };
  for (const Row& row : {Row{"1.5", 1.5},
                         {"-0.25", -0.25},
                         {"1e3", 1000},
                         {"1_0.0_1e-2", 0.1001},
                         {"+6.5E+1", 65},
                         {"inf", std::numeric_limits<double>::infinity()},
                         {"-inf", -std::numeric_limits<double>::infinity()}}) {
    CAPTURE(row.word);
    REQUIRE(toml_float(row.word));
    CHECK_EQ(*toml_float(row.word), row.value);
  }
  CHECK(std::isnan(*toml_float("nan")));
  for (std::string_view word :
       {"", ".5", "1.", "1.e3", "1e", "01.0", "1._0", "1e400", "Inf", "1.0.0"}) {
    CAPTURE(word);
    CHECK_FALSE(toml_float(word));
  }
}

TEST_CASE("toml scalar: dates and times that exist") {
  for (std::string_view word :
       {"1979-05-27", "2024-02-29", "2000-02-29", "07:32:00", "23:59:59.999999",
        "1979-05-27T07:32:00Z", "1979-05-27 07:32:00+01:30", "1979-05-27t07:32:00.5-07:00",
        "1979-05-27T07:32:00"}) {
    CAPTURE(word);
    CHECK(is_toml_date_time(word));
  }
  for (std::string_view word :
       {"", "1979-5-27", "1979-13-01", "1979-00-01", "1979-04-31", "2023-02-29", "1900-02-29",
        "24:00:00", "07:60:00", "07:32", "07:32:00.", "07:32:00Z", "1979-05-27T",
        "1979-05-27T07:32:00+24:00", "1979-05-27T07:32:00+01", "1979-05-27T07:32:00 Z",
        "79-05-27"}) {
    CAPTURE(word);
    CHECK_FALSE(is_toml_date_time(word));
  }
}

TEST_CASE("toml scalar: strings of all four kinds, and where they end") {
  struct Row {
    std::string_view text, value;
    std::uint32_t lines;
  };
  for (const Row& row : {Row{R"("a\tb\u00e4\U0001F600\\")", "a\tb\xc3\xa4\xf0\x9f\x98\x80\\", 0},
                         {R"('a\tb')", "a\\tb", 0},
                         {"\"\"\"\na\n\"b\"\\\n   c\"\"\"", "a\n\"b\"c", 3},
                         {"'''\na\\\nb''''", "a\\\nb'", 2},
                         {"\"\"", "", 0},
                         {"''", "", 0}}) {
    CAPTURE(row.text);
    const std::string text = std::string("x = ") + std::string(row.text) + " # more";
    const TomlString found = scan_toml_string(text, 4);
    CHECK_EQ(found.error, "");
    CHECK_EQ(found.text, row.value);
    CHECK_EQ(found.end, 4 + row.text.size());
    CHECK_EQ(found.lines, row.lines);
  }
  for (std::string_view text : {"\"a", "'a", "\"a\nb\"", "\"\\x\"", "\"\\uD800\"", "\"\\u12\"",
                                "\"\"\"a\"\"", "'''a''", "\"\x01\"", "'a\x7f'"}) {
    CAPTURE(text);
    CHECK_NE(scan_toml_string(text, 0).error, "");
  }
}

TEST_CASE("toml scalar: control characters") {
  for (char c : {'\0', '\x08', '\x0b', '\x1f', '\x7f'}) CHECK(is_toml_control(c));
  for (char c : {'\t', ' ', 'a', '\x80', '\xff'}) CHECK_FALSE(is_toml_control(c));
}

}  // namespace pipit::base
