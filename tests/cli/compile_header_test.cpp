#include "cli/compile_header.h"

#include <doctest/doctest.h>

namespace pipit::cli {
namespace {

std::string command_of(Values typed, Values others = {}) {
  Layers layers(std::move(typed));
  layers.push(std::move(others));
  const std::string text = compile_command(layers, {"in"});
  CHECK(text.starts_with("pipit compile in"));
  return text.substr(16);
}

Given from_file(std::string text) { return {std::move(text), "PIPIT_X", "="}; }

TEST_CASE("compile header: what decides the output is told, and nothing of this run alone") {
  CHECK_EQ(command_of({{opt("generate-hashes"), {"", ""}},
                       {opt("python-version"), {"3.10"}},
                       {opt("pre"), {""}},
                       {opt("resolution"), {"lowest"}},
                       {opt("exclude-newer"), {"2024-01-01"}},
                       {opt("only-binary"), {":all:"}},
                       {opt("constraint"), {"c.txt", "d e.txt"}},
                       {opt("no-strip-extras"), {""}},
                       {opt("output-file"), {"out"}}}),
           " -c c.txt -c 'd e.txt' --pre --resolution lowest --exclude-newer 2024-01-01"
           " --only-binary :all: --python-version 3.10 -o out --generate-hashes --no-strip-extras");
  CHECK_EQ(command_of({{opt("upgrade"), {""}},
                       {opt("upgrade-package"), {"a"}},
                       {opt("cache-dir"), {"/c"}},
                       {opt("no-cache"), {""}},
                       {opt("quiet"), {""}},
                       {opt("refresh"), {""}},
                       {opt("retries"), {"1"}},
                       {opt("dry-run"), {""}},
                       {opt("no-reuse-hashes"), {""}},
                       {opt("concurrent-builds"), {"1"}}}),
           "");
}

TEST_CASE("compile header: no secrets, and nothing a shell takes for something else") {
  CHECK_EQ(command_of({{opt("index-url"), {"https://u:pw@h/simple"}},
                       {opt("environment"), {"python_version < '3'"}},
                       {opt("config-settings"), {"--x=1"}}}),
           " --environment 'python_version < '\\''3'\\''' --index-url https://h/simple"
           " --config-settings=--x=1");
  CHECK_EQ(compile_command(Layers(Values{}), {"-", "a b.in", "https://u:pw@h/r.in"}),
           "pipit compile - 'a b.in' https://h/r.in");
}

TEST_CASE("compile header: settings that were not typed, but for where this machine has things") {
  CHECK_EQ(command_of({}, {{opt("python-version"), {from_file("3.9")}},
                           {opt("pre"), {from_file("")}},
                           {opt("index-url"), {from_file("https://h/")}},
                           {opt("python"), {from_file("/usr/bin/python3")}},
                           {opt("format"), {from_file("columns")}}}),
           " --pre --python-version 3.9");
  // What is typed takes back what a variable says.
  CHECK_EQ(command_of({{opt("no-universal"), {""}}}, {{opt("universal"), {from_file("")}}}),
           " --no-universal");
  CHECK_EQ(command_of({{opt("universal"), {}}}), "");
}

TEST_CASE("compile header: places that are not to be written are not in the header either") {
  const Values places{{opt("index-url"), {"https://h/"}},
                      {opt("extra-index-url"), {"https://i/"}},
                      {opt("find-links"), {"wh"}}};
  Values without = places;
  without[opt("no-emit-index-url")] = {""};
  without[opt("no-emit-find-links")] = {""};
  CHECK_EQ(command_of(without), " --no-emit-index-url --no-emit-find-links");
  CHECK_EQ(command_of(places),
           " --index-url https://h/ --extra-index-url https://i/ --find-links wh");
}

}  // namespace
}  // namespace pipit::cli
