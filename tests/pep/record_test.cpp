#include "pep/record.h"
#include "pep/entry_points.h"

#include <doctest/doctest.h>

#include <string>

using pipit::pep::parse_entry_points;
using pipit::pep::parse_record;
using pipit::pep::write_record;

namespace {

std::string entries(std::string_view text) {
  const auto found = parse_entry_points(text);
  if (!found) return found.error().message;
  std::string out;
  for (const auto& entry : *found)
    out += entry.name + "=" + entry.module + ":" + entry.attribute + (entry.gui ? " gui;" : ";");
  return out;
}

}  // namespace

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
  for (const char* text : {"\"a", "\"a\"b,,", ",,", "a,,x", "a,,-1", "a,=x,", "a,,99999999999999999999"}) {
    CHECK_MESSAGE(!parse_record(text).has_value(), text);
  }
  CHECK_FALSE(parse_record("a\nb\nc\n", 2).has_value());
  CHECK(parse_record("a\nb\n", 2).has_value());
}

TEST_CASE("entry points: the two groups of scripts") {
  CHECK_EQ(entries("[console_scripts]\n# note\nblack = black:patched_main\nx.y-z=a.b : c.d "
                   "[extra1, e2]\nrun = pkg.mod\n"
                   "[gui_scripts]\r\nwin = w:main\r\n[other]\n../evil = x:y\n"),
           "black=black:patched_main;x.y-z=a.b:c.d;run=pkg.mod:;win=w:main gui;");
  CHECK_EQ(entries(""), "");
}

TEST_CASE("entry points: names become files and values become code, so both are narrow") {
  for (const char* line :
       {"../x = a:b", "/x = a:b", "a/b = a:b", ".x = a:b", "-x = a:b", "a b = a:b", " = a:b",
        "x = a:b;import os", "x = a:b()", "x = a b:c", "x = :b", "x = a:", "x = a..b:c", "x = 1a:b",
        "x =", "x", "x = a:b:c", "x\x1b = a:b"}) {
    const auto found = parse_entry_points(std::string("[console_scripts]\n") + line);
    REQUIRE_MESSAGE(!found.has_value(), line);
    CHECK(found.error().code == pipit::Code::bad_wheel);
  }
  CHECK_EQ(entries("[console_scripts]\n../x = a:b"), "invalid entry point name '../x'");
}
