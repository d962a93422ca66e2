#include "base/json.h"

#include <doctest/doctest.h>

#include <string>

#include "base/text.h"

namespace pipit::base {
namespace {

std::string round_trip(std::string_view text, int indent = 0) {
  const auto json = parse_json(text);
  return json ? to_json(*json, indent) : cat("error: ", json.error().message);
}

std::string nested(std::size_t levels) {
  return std::string(levels, '[') + std::string(levels, ']');
}

}  // namespace

TEST_CASE("json: values come back, objects sorted") {
  struct Row {
    std::string_view in, out;
  };
  for (const Row& row : {Row{"null", "null"},
                         {" true ", "true"},
                         {"false", "false"},
                         {"-12", "-12"},
                         {"1.5", "1.5"},
                         {"1e2", "100.0"},
                         {"-0.", "-0.0"},
                         {"1e30", "1e+30"},
                         {"1e999", "null"},
                         {"9223372036854775807", "9223372036854775807"},
                         {"\"a\"", "\"a\""},
                         {"[]", "[]"},
                         {"{}", "{}"},
                         {"[1, [2], {\"b\": 1, \"a\": null}]", "[1,[2],{\"a\":null,\"b\":1}]"},
                         {"\xef\xbb\xbf[1]", "[1]"},
                         {R"("\u00e4\ud83d\udc26\n\/")", "\"\xc3\xa4\xf0\x9f\x90\xa6\\n/\""},
                         {R"({"a":1,"a":2})", R"({"a":2})"}}) {
    CHECK_EQ(round_trip(row.in), row.out);
  }
  CHECK_EQ(round_trip(R"({"a":[1,{}],"b":[]})", 2),
           "{\n  \"a\": [\n    1,\n    {}\n  ],\n  \"b\": []\n}");
}

TEST_CASE("json: what is not one document is refused") {
  for (std::string_view bad :
       {"", " ", "nul", "[1", "[1,]", "{\"a\"}", "{\"a\":1,}", "{a:1}", "'a'", "1 2", "[] x", "\"a",
        "\"\\x\"", "\"\\ud800\"", "\"\n\"", "--1", "\"\xff\"", "{\"a\":1}}"}) {
    CAPTURE(bad);
    const auto json = parse_json(bad);
    REQUIRE_FALSE(json);
    CHECK_EQ(json.error().code, Code::parse);
  }
  CHECK_EQ(parse_json("[1,\n2,\n x]").error().message, "not valid JSON at line 3");
}

TEST_CASE("json: 64 levels are allowed, 65 are not, and size is limited") {
  CHECK(parse_json(nested(64)));
  CHECK_EQ(parse_json(nested(65)).error().message, "JSON nested deeper than 64 levels");
  CHECK_FALSE(parse_json(std::string(1'000'000, '[')));
  CHECK_FALSE(parse_json(replace_all(std::string(100'000, 'x'), "x", "{\"\":")));
  CHECK(parse_json("[1]", 3));
  CHECK_EQ(parse_json("[12]", 3).error().message, "JSON larger than 3 B");
}

TEST_CASE("json: members are found by key and kind") {
  const Json json = *parse_json(R"({"name":"x","n":1,"f":0.5,"b":true,"list":["a"]})");
  CHECK_EQ(json.text("name"), "x");
  CHECK_EQ(json.text("n"), "");
  CHECK_EQ(json.text("none"), "");
  CHECK_EQ(*json.find("n")->integer(), 1);
  CHECK_EQ(*json.find("f")->number(), 0.5);
  CHECK_FALSE(json.find("f")->integer());
  CHECK(*json.find("b")->boolean());
  CHECK_EQ(json.find("list")->array()->size(), 1);
  CHECK_FALSE(json.find("none"));
  CHECK_FALSE(Json("x").find("a"));
}

TEST_CASE("json: strings are escaped, and bytes that are no UTF-8 replaced") {
  std::string out;
  append_json_string(out, std::string_view("\"\\\b\f\n\r\t\x01\0/\x7f\xc3\xa4\xff\xe2\x82", 16));
  CHECK_EQ(
      out,
      "\"\\\"\\\\\\b\\f\\n\\r\\t\\u0001\\u0000/\x7f\xc3\xa4\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"");
  CHECK(parse_json(out));
  CHECK_EQ(to_json(Json(1.0 / 0.0)), "null");
}

}  // namespace pipit::base
