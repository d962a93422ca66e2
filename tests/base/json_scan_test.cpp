#include "base/json_scan.h"

#include <doctest/doctest.h>

#include <random>
#include <string>
#include <vector>

#include "base/text.h"
#include "tests/base/json_tree.h"

namespace pipit::base {
namespace {

std::string brackets(std::size_t levels) {
  return std::string(levels, '[') + std::string(levels, ']');
}

std::string text_or_error(const Result<std::string>& outcome) {
  return outcome ? *outcome : cat("error: ", outcome.error().message);
}

/// Ends the reading at its n-th event.
class Stopper final : public JsonHandler {
 public:
  explicit Stopper(int events) : left_(events) {}
  int left() const { return left_; }
  bool begin(bool) override { return goes_on(); }
  bool end() override { return goes_on(); }
  bool key(std::string_view) override { return goes_on(); }
  bool string(std::string_view) override { return goes_on(); }
  bool scalar(std::string_view) override { return goes_on(); }

 private:
  bool goes_on() { return --left_ > 0; }
  int left_;
};

/// Sorted keys that do not repeat, so that both readers write the same.
const std::vector<std::string> kDocuments = {
    R"({"a":[1,-2.5,"x",null,true,false],"b":{}})",
    "\xef\xbb\xbf [ 1 ,\t2\r\n, {\n\"k\" : \"v\" } ]\n",
    R"(["\u00e4\ud83d\udc26\n\/\\\"\b\f\r\t", "plain and long enough for several words of eight"])",
    "[0,-0,01,1.,1e2,-1E+3,9223372036854775807,9223372036854775808,1e999,123456789012345678]",
    "[[[[]]],[{}],\"\",\"\xc3\xa4\"]",
    "\"text\"",
    "12",
    "null",
};

}  // namespace

TEST_CASE("json scan: what comes whole or in pieces is the document that parse_json reads") {
  for (const std::string& text : kDocuments) {
    CAPTURE(text);
    const std::string whole = text_or_error(scanned(text));
    // An infinity is told as such, and written as null.
    CHECK_EQ(replace_all(whole, "inf", "null"), text_or_error(parsed(text)));
    for (std::size_t piece = 1; piece <= text.size(); ++piece)
      CHECK_EQ(text_or_error(scanned(text, piece)), whole);
  }
}

TEST_CASE("json scan: damage is told alike, whole and in pieces, and as parse_json tells it") {
  std::mt19937 random(15);
  std::vector<std::string> damaged = {
      "",           " ",          "nul",         "[1",
      "[1,]",       "{\"a\"}",    "{a:1}",       "'a'",
      "1 2",        "[] x",       "\"a",         "\"\\x\"",
      "--1",        "{\"a\":1}}", "\"\\ud800\"", "\"\\ud800\\u0041\"",
      "\"\n\"",     "[\n\n",      "[1\n 2]",     "\"\\udc00\"",
      "tru\n",      "-",          "\"\\",        "\"\\u12",
      "{\"a\":1,}", "{,}",        "[,1]",        "1e"};
  for (int i = 0; i < 3000; ++i) {
    std::string text = kDocuments[random() % kDocuments.size()];
    if (i % 2 == 0) text.resize(random() % text.size());
    for (auto changes = random() % 3; changes > 0 && !text.empty(); --changes)
      text[random() % text.size()] = "{}[]\",:\\ 1e.-\n\x1fntu"[random() % 18];
    damaged.push_back(text);
  }
  for (const std::string& text : damaged) {
    CAPTURE(text);
    const auto whole = scanned(text);
    const auto other = parsed(text);
    if (is_utf8(text)) CHECK_EQ(whole.has_value(), other.has_value());
    if (is_utf8(text) && !whole && !other) CHECK_EQ(whole.error().message, other.error().message);
    for (const std::size_t piece : {1, 2, 7})
      CHECK_EQ(text_or_error(scanned(text, piece)), text_or_error(whole));
  }
}

TEST_CASE("json scan: 64 levels are allowed, 65 are not") {
  CHECK(scanned(brackets(64)));
  CHECK_EQ(text_or_error(scanned(brackets(65))), "error: JSON nested deeper than 64 levels");
  CHECK_FALSE(scanned(std::string(1'000'000, '[')));
  CHECK(scanned(cat("[", brackets(63), ",", brackets(63), "]")));
}

TEST_CASE("json scan: a text has a limit, however it comes") {
  const std::string fits = cat("\"", std::string(kMaxJsonText - 2, 'x'), "\"");
  const std::string too_long = cat("[\"", std::string(kMaxJsonText, 'x'), "\"]");
  for (const std::size_t piece : {std::size_t{0}, std::size_t{65536}}) {
    CHECK(scanned(fits, piece));
    CHECK_EQ(text_or_error(scanned(too_long, piece)),
             "error: JSON with a text of more than 8.0 MB");
  }
}

TEST_CASE("json scan: a handler ends the reading wherever it likes, without error") {
  const std::string_view text = R"({"a":[1,2,"x",{"b":null}],"c":3})";
  for (int events = 1; events <= 14; ++events) {
    Stopper stopper(events);
    CHECK(scan_json(text, stopper));
    CHECK_EQ(stopper.left(), 0);
  }
  Stopper stopper(1);
  JsonScanner scanner(stopper);
  CHECK(scanner.feed("[1, 2"));
  CHECK(scanner.feed("}}}"));  // not read any more
  CHECK(scanner.finish());
}

}  // namespace pipit::base
