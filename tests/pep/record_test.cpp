#include "pep/record.h"

#include <doctest/doctest.h>

#include <string>

using pipit::pep::parse_record;
using pipit::pep::write_record;

TEST_CASE("record: rows") {
  const auto rows =
      parse_record("a/b.py,sha256=AbC_-,12\r\n\"x,\"\"y\"\"\",,\nz.dist-info/RECORD,,\n");
  REQUIRE(rows.has_value());
  REQUIRE_EQ(rows->size(), 3);
  CHECK_EQ((*rows)[0].path, "a/b.py");
  CHECK_EQ((*rows)[0].hash_algorithm, "sha256");
  CHECK_EQ((*rows)[0].hash, "AbC_-");
  CHECK_EQ((*rows)[0].size, 12);
  CHECK_EQ((*rows)[1].path, "x,\"y\"");
  CHECK_FALSE((*rows)[1].size.has_value());
  CHECK_EQ(write_record(*rows),
           "a/b.py,sha256=AbC_-,12\n\"x,\"\"y\"\"\",,\nz.dist-info/RECORD,,\n");
}

TEST_CASE("record: line ends inside quotes, missing and spare columns, empty lines") {
  const auto rows = parse_record("\"a\nb\"\n\nc,sha256=x\nd,,1,spare");
  REQUIRE(rows.has_value());
  REQUIRE_EQ(rows->size(), 3);
  CHECK_EQ((*rows)[0].path, "a\nb");
  CHECK_EQ((*rows)[1].hash, "x");
  CHECK_EQ((*rows)[2].size, 1);
  CHECK(parse_record("")->empty());
}

TEST_CASE("record: broken rows are errors") {
  for (const char* text :
       {"\"a", "\"a\"b,,", ",,", "a,,x", "a,,-1", "a,=x,", "a,,99999999999999999999"}) {
    CHECK_MESSAGE(!parse_record(text).has_value(), text);
  }
  for (const std::string_view text : {std::string_view("\0", 1), std::string_view("a\0b,,\n", 6),
                                      std::string_view("\"\0\",,", 5)}) {
    CHECK_MESSAGE(!parse_record(text).has_value(), text.size());
  }
  CHECK_FALSE(parse_record("a\nb\nc\n", 2).has_value());
  CHECK(parse_record("a\nb\n", 2).has_value());
}
