// TOML against toml++: on texts that show each rule once, and on thousands of texts made from them
// by changing a few bytes.
#include "base/toml.h"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdio>
#include <random>

#include "base/text.h"
#include "third_party/tomlplusplus.hpp"

namespace base = pipit::base;
using pipit::cat;

namespace {

std::string number_text(double number) {
  if (std::isnan(number)) return "nan";
  char digits[40];
  std::snprintf(digits, sizeof digits, "%.17g", number);
  return digits;
}

/// One text for one meaning, from both readers' values.
std::string shown(const base::Toml& value) {
  if (const bool* boolean = value.boolean()) return *boolean ? "true" : "false";
  if (const auto* integer = value.integer()) return cat(*integer);
  if (const double* number = value.number()) return "f" + number_text(*number);
  if (value.date_time()) return "date";
  std::string out;
  if (const std::string* text = value.string()) {
    base::append_toml_string(out, *text);
    return out;
  }
  if (const auto* array = value.array()) {
    for (const base::Toml& item : *array) out += shown(item) + ",";
    return "[" + out + "]";
  }
  for (const auto& [key, member] : *value.table()) {
    base::append_toml_string(out, key);
    out += cat("=", shown(member), ",");
  }
  return "{" + out + "}";
}

std::string shown(const toml::node& node) {
  if (const auto* boolean = node.as_boolean()) return boolean->get() ? "true" : "false";
  if (const auto* integer = node.as_integer()) return cat(integer->get());
  if (const auto* number = node.as_floating_point()) return "f" + number_text(number->get());
  if (node.is_date() || node.is_time() || node.is_date_time()) return "date";
  std::string out;
  if (const auto* text = node.as_string()) {
    base::append_toml_string(out, text->get());
    return out;
  }
  if (const auto* array = node.as_array()) {
    for (const toml::node& item : *array) out += shown(item) + ",";
    return "[" + out + "]";
  }
  for (const auto& [key, member] : *node.as_table()) {
    base::append_toml_string(out, key.str());
    out += cat("=", shown(member), ",");
  }
  return "{" + out + "}";
}

std::string by_us(std::string_view text) {
  const auto document = base::parse_toml(text);
  return document ? shown(*document) : "error";
}

std::string by_library(std::string_view text) {
  const auto document = toml::parse(text);
  return document ? shown(static_cast<const toml::node&>(document.table())) : "error";
}

constexpr std::string_view kValid[] = {
    "",
    "# c\n",
    "a=1",
    "a = \"x\" # c\n\r\n\tb=2\r\n",
    "a.b.c=1\na.d=2\n",
    "\"a.b\".'c'=1",
    "1.2=3\n-_-=4",
    "a=[1,[2,\"3\"],{x=1}]\n",
    "a=[\n1, # c\n2,\n]\n",
    "a={}\nb={ x=1, y.z=2 }",
    "[a]\nx=1\n[b.c]\n[b]\ny=1\n",
    "[a.b]\n[a]\nc.d=1\n[a.c.e]\n",
    "[[a]]\nx=1\n[[a]]\n[a.b]\ny=2\n",
    "[[a.b]]\n[[a.b.c]]\nx=1\n[[a.b.c]]\n[[a.b]]\n",
    "[ a . \"b\" ]\nx=1",
    "a=true\nb=false",
    "a=+1\nb=-0\nc=1_000\nd=0xDEAD_beef\ne=0o17\nf=0b101\n",
    "a=9223372036854775807\nb=-9223372036854775808",
    "a=1.5\nb=-0.0\nc=1e3\nd=6.02E-2_3\ne=1_0.0_1\nf=inf\ng=-inf\nh=+nan\ni=1e06\n",
    "a=1979-05-27T07:32:00Z\nb=1979-05-27 07:32:00.999+01:30\nc=1979-05-27\nd=07:32:00.5\n"
    "e=2024-02-29t00:00:00z\n",
    "a=\"\"\"\nx\"\"y\\\n   z\"\"\"\"\"\nb='''\n'x''y'''\n",
    "a=\"\\u00e9\\U0001f600\\t\\\"\\\\\"",
    "a='C:\\x'\nb=\"\"\nc=''\nd=\"\"\"\"\"\"",
    "\xef\xbb\xbf"
    "a=1",
    "a=\"\xc3\xa9\" # \xc3\xa9\n",
    "x=[{a=1,b=[]},{}]\n[t]\n'' = 1\n\"z\" .y = 2\n",
    "lock-version = '1.0'\n[[packages]]\nname = 'a'\n[packages.sdist]\nsize = "
    "1\n[[packages.wheels]]\n"
    "hashes = {sha256 = 'x'}\n[[packages]]\nname = 'b'\n",
};

constexpr std::string_view kInvalid[] = {
    "a",
    "a=",
    "=1",
    "a=1 b=2",
    "a=1\na=2",
    "[a]\n[a]",
    "a.b=1\n[a]",
    "[a]\nb.c=1\n[a.b]",
    "[a.b.c]\n[a]\nb.c.d=1",
    "a=[]\n[[a]]",
    "a={}\n[a.b]",
    "a={x=1}\na.y=2",
    "[[a]]\n[a]",
    "[a]\n[[a]]",
    "a={x=1,}",
    "a={\nx=1}",
    "a=[1 2]",
    "a=\"x\ny\"",
    "a=\"\\x41\"",
    "a=\"\\ud800\"",
    "a='",
    "a=\"\"\"x",
    "a=01",
    "a=1_",
    "a=_1",
    "a=1__0",
    "a=0x",
    "a=-0x1",
    "a=1.",
    "a=.5",
    "a=1e",
    "a=1._5",
    "a=9223372036854775808",
    "a=1979-13-01",
    "a=2023-02-29",
    "a=1979-05-27T25:00:00",
    "a=07:32",
    "a=07:32:60",
    "a=1979-05-27T07:32:00+1",
    "a=True",
    "a=tru",
    "a=\"x\"y",
    "[a",
    "[a]]",
    "[[a]",
    "[[a] ]",
    "[]",
    "[a.]",
    "a.=1",
    "a..b=1",
    "a=\x01",
    "# \x01",
    "a=\"\x01\"",
    "a=1\rb=2",
    "a=\"\xff\"",
    "\"\"\"a\"\"\"=1",
    "a=\"\"\"x\"\"\"\"\"\"",
    "a=[1,,2]",
    "a=[,1]",
    "a={,}",
    "a=+",
    "a=inf_",
    "a=1e999",
    "[a]x=1",
    "a=\"\\",
    "a=\"\\u12\"",
    "a='''x''''''",
    "a.b=1\na=2",
    "a=1\na.b=2",
};

}  // namespace

TEST_CASE("toml: what the standard allows means what toml++ says") {
  for (const std::string_view text : kValid) {
    CAPTURE(text);
    CHECK_NE(by_us(text), "error");
    CHECK_EQ(by_us(text), by_library(text));
  }
}

TEST_CASE("toml: what the standard forbids is refused by both") {
  for (const std::string_view text : kInvalid) {
    CAPTURE(text);
    CHECK_EQ(by_us(text), "error");
    CHECK_EQ(by_library(text), "error");
  }
}

TEST_CASE("toml: changed texts are read as by toml++") {
  constexpr unsigned kSeed = 751;
  constexpr std::string_view kBytes = "\n\n\r =.,[]{}\"'\\#_-+01a:TZex\t";
  std::mt19937 random(kSeed);
  const auto below = [&](std::size_t n) { return static_cast<std::size_t>(random()) % n; };
  std::size_t accepted = 0;
  for (int round = 0; round < 40000; ++round) {
    std::string text(kValid[below(std::size(kValid))]);
    if (below(2) == 0) text += cat("\n", kValid[below(std::size(kValid))]);
    for (std::size_t changes = 1 + below(3); changes > 0; --changes) {
      const std::size_t at = below(text.size() + 1);
      const char byte = kBytes[below(kBytes.size())];
      if (below(3) == 0 && at < text.size())
        text.erase(at, 1);
      else if (below(2) == 0 && at < text.size())
        text[at] = byte;
      else
        text.insert(at, 1, byte);
    }
    const std::string ours = by_us(text), theirs = by_library(text);
    if (ours != "error") ++accepted;
    if (ours == theirs) continue;
    CAPTURE(round);
    CAPTURE(text);
    CHECK_EQ(ours, theirs);
  }
  MESSAGE("seed ", kSeed, ": ", accepted, " of 40000 texts are TOML");
  CHECK_GT(accepted, 4000);
}

TEST_CASE("toml: values know their lines and kinds") {
  const auto document = base::parse_toml("a = 1\nb = '''\n\n'''\n[c]\nd = [\n1979-05-27,\n]\n");
  REQUIRE(document);
  CHECK_EQ(document->find("a")->line(), 1);
  CHECK_EQ(document->find("b")->line(), 2);
  CHECK_EQ(document->find("c")->line(), 5);
  const base::Toml& date = document->find("c")->find("d")->array()->front();
  CHECK_EQ(date.line(), 7);
  CHECK_EQ(date.date_time()->text, "1979-05-27");
  CHECK_EQ(date.kind(), "a date or time");
  CHECK_EQ(document->find("c")->kind(), "a table");
  CHECK_EQ(document->find("z"), nullptr);
}

TEST_CASE("toml: errors name the line") {
  const auto message = [](std::string_view text) { return base::parse_toml(text).error().message; };
  CHECK_EQ(message("a = 1\nb == 2\n"), "line 2: expected a value");
  CHECK_EQ(message("\n\na = 1\na = 2\n"), "line 4: a is defined twice");
  CHECK_EQ(message("a = {}\n[a.b]\n"), "line 2: a is complete and cannot be added to");
  CHECK_EQ(message("a = maybe\n"), "line 1: not a value: maybe");
  CHECK_EQ(message("a = \"\"\"\n\n"), "line 3: a string that does not end");
}

TEST_CASE("toml: depth and size are limited") {
  const auto refused = [](const std::string& text) { return !base::parse_toml(text).has_value(); };
  const auto times = [](std::size_t n, std::string_view text) {
    std::string out;
    while (n-- > 0) out += text;
    return out;
  };
  CHECK(base::parse_toml("a=" + times(60, "[") + times(60, "]")));
  CHECK(refused("a=" + times(70, "[") + times(70, "]")));
  CHECK(refused("a=" + times(100000, "[")));
  CHECK(refused("a=" + times(100000, "{a=")));
  CHECK(refused(times(100, "a.") + "a=1"));
  CHECK(refused("[" + times(100, "a.") + "a]"));
  CHECK(refused("a={" + times(40, "b.") + "b={" + times(40, "c.") + "c=1}}"));
  CHECK_EQ(base::parse_toml("a = 1", 4).error().message, "line 1: TOML larger than 4 B");
}

TEST_CASE("toml: what is written is read back") {
  std::string text = "a = ";
  const std::string value = "x\"\\\n\t\x01\x7f\xc3\xa9'";
  base::append_toml_string(text, value);
  CHECK_EQ(*base::parse_toml(text)->find("a")->string(), value);
}
