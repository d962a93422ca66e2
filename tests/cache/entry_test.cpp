#include "cache/entry.h"

#include <doctest/doctest.h>

#include <string>

#include "base/json.h"

namespace pipit::cache {

TEST_CASE("entry: what is encoded comes back, whatever it is") {
  for (const std::string& content :
       {std::string(), std::string("x"), std::string("\0\n", 2), std::string("{}\n"),
        std::string("\npipit-entry 2 "), std::string(100'000, 'a')}) {
    for (const bool json : {false, true}) {
      CAPTURE(json);
      const std::string file = encode_entry(content, json);
      CHECK(file.starts_with(content));
      CHECK_LE(file.size(), content.size() + kMaxTrailer);
      CHECK_EQ(decode_entry(file, json), content);
    }
  }
}

TEST_CASE("entry: an entry within an entry is content") {
  const std::string inner = encode_entry("x", false);
  CHECK_EQ(decode_entry(encode_entry(inner, false), false), inner);
}

TEST_CASE("entry: any byte missing, added or changed makes it none") {
  for (const bool json : {false, true}) {
    const std::string file = encode_entry("{\"a\": 1}", json);
    for (std::size_t at = 0; at < file.size(); ++at) {
      CAPTURE(at);
      std::string changed = file;
      changed[at] = static_cast<char>(changed[at] ^ 1);
      const auto read = decode_entry(changed, json);
      // Near its end a changed document looks like another program's, but it is none any more.
      const bool is_whole = read && (!json || base::parse_json(*read, read->size()));
      CHECK_FALSE(is_whole);
    }
    CHECK_FALSE(decode_entry(file + "x" + std::string(20, ' '), json));
  }
  const std::string plain = encode_entry("content", false);
  for (std::size_t size = 0; size < plain.size(); ++size)
    CHECK_FALSE(decode_entry(plain.substr(0, size), false));
  CHECK_FALSE(decode_entry(plain + "\n", false));
  CHECK_FALSE(decode_entry("\n" + plain, false));
}

TEST_CASE("entry: a document stays one, and one that another program wrote is taken") {
  const std::string document = R"({"a": [1, 2]})";
  const std::string file = encode_entry(document, true);
  CHECK(base::parse_json(file, file.size()));
  CHECK_EQ(decode_entry(document, true), document);
  CHECK_EQ(decode_entry(document + "\n\n  \n", true), document + "\n\n  \n");
  // More white space than anybody leaves there was a trailer once.
  CHECK_FALSE(decode_entry(document + std::string(17, ' '), true));
  CHECK_FALSE(decode_entry(file.substr(0, file.size() - 40), true));
}

TEST_CASE("entry: which keys are documents") {
  CHECK(is_json_key("pypi/a-1.tar.gz/metadata.json"));
  CHECK_FALSE(is_json_key("pypi/a.json/metadata"));
  CHECK_FALSE(is_json_key("json"));
}

}  // namespace pipit::cache
