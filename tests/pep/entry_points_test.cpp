#include "pep/entry_points.h"

#include <doctest/doctest.h>

#include <string>

namespace pipit::pep {
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

}  // namespace pipit::pep
