#include "pep/marker/marker.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using pipit::pep::Marker;
using pipit::pep::MarkerEnvironment;

namespace {

MarkerEnvironment linux_environment() {
  MarkerEnvironment env;
  env.os_name = "posix";
  env.sys_platform = "linux";
  env.platform_system = "Linux";
  env.platform_machine = "x86_64";
  env.platform_python_implementation = "CPython";
  env.platform_release = "6.1.0-22-amd64";
  env.platform_version = "#1 SMP";
  env.implementation_name = "cpython";
  env.implementation_version = "3.12.1";
  env.python_version = "3.12";
  env.python_full_version = "3.12.1";
  return env;
}

Marker marker(std::string_view text) {
  const auto parsed = Marker::parse(text);
  REQUIRE_MESSAGE(parsed.has_value(), std::string(text));
  return *parsed;
}

bool holds(std::string_view text, std::vector<std::string> extras = {}) {
  return marker(text).evaluate(linux_environment(), extras);
}

bool has_meaning(std::string_view text) {
  return marker(text).evaluate_strictly(linux_environment()).has_value();
}

std::string message(std::string_view text) {
  const auto parsed = Marker::parse(text);
  return parsed ? "valid" : parsed.error().message;
}

}  // namespace

TEST_CASE("marker: versions compare as versions") {
  CHECK(holds("python_version < '3.13'"));
  CHECK(holds("python_version >= '3.9'"));
  CHECK(holds("'3.9' <= python_version"));
  CHECK(holds("python_version == '3.12.*'"));
  CHECK_FALSE(holds("python_full_version < '3.12.1.*'"));  // no specifier, and no string is less
  CHECK(holds("python_version in '3.11 3.12'"));
  CHECK_FALSE(holds("platform_release != '5'"));  // the left side is no version
}

TEST_CASE("marker: a Python built from a checkout is later than its release") {
  MarkerEnvironment env = linux_environment();
  env.python_full_version = "3.13.0+";
  CHECK(marker("python_full_version >= '3.13.0'").evaluate(env));
  CHECK(marker("python_full_version == '3.13.0'").evaluate(env));
}

TEST_CASE("marker: other variables compare as strings") {
  CHECK(holds("os_name == 'posix'"));
  CHECK(holds("os_name >= 'posix'"));
  CHECK_FALSE(holds("os_name < 'z'"));
  CHECK(holds("'x86' in platform_machine"));
  CHECK(holds("sys_platform not in 'win32 darwin'"));
  CHECK(holds("python_implementation == 'CPython'"));
  CHECK(holds("os.name == 'posix'"));
  CHECK_FALSE(holds("os_name == sys_platform"));  // the right side is text
}

TEST_CASE("marker: and binds tighter than or") {
  CHECK(holds("os_name == 'posix' or os_name == 'x' and os_name == 'y'"));
  CHECK_FALSE(holds("(os_name == 'posix' or os_name == 'x') and os_name == 'y'"));
  CHECK(holds("os_name=='posix'and(sys_platform=='linux')"));
}

TEST_CASE("marker: extras compare in normal form, each of them") {
  CHECK(holds("extra == 'Dev_Tools'", {"dev.tools"}));
  CHECK(holds("extra == 'b'", {"a", "b"}));
  CHECK_FALSE(holds("extra != 'b'", {"a", "b"}));
  CHECK(holds("extra != 'c'", {"a", "b"}));
  CHECK_FALSE(holds("extra == 'a'"));
  CHECK(holds("extra == ''"));
  CHECK(marker("os_name == 'x' or 'B_c' == extra or extra != 'z'").extras() ==
        std::vector<std::string>{"b-c"});
  CHECK(marker("extra == 'a'").mentions_extra());
  CHECK_FALSE(marker("os_name == 'extra'").mentions_extra());
}

TEST_CASE("marker: a comparison without meaning is false, and an error when asked strictly") {
  CHECK_FALSE(holds("os_name ~= 'posix'"));
  CHECK(holds("os_name ~= 'posix' or os_name == 'posix'"));
  CHECK_FALSE(has_meaning("os_name == 'posix' or os_name ~= 'x'"));
  CHECK_FALSE(has_meaning("'a' == 'b'"));
  CHECK_FALSE(has_meaning("'x' in extras"));
  CHECK(has_meaning("python_version ~= '3.10'"));
  const auto strict = marker("os_name === 'x'").evaluate_strictly(linux_environment());
  REQUIRE_FALSE(strict.has_value());
  CHECK_EQ(strict.error().message, "comparison without meaning: os_name === \"x\"");
}

TEST_CASE("marker: text is canonical and reads back") {
  CHECK_EQ(marker("os.name=='a'").str(), "os_name == \"a\"");
  CHECK_EQ(marker("((os_name == 'a')) and (os_name == 'b' or os_name == 'c')").str(),
           "os_name == \"a\" and (os_name == \"b\" or os_name == \"c\")");
  CHECK_EQ(marker("(os_name == 'a' and os_name == 'b') or os_name == 'c'").str(),
           "os_name == \"a\" and os_name == \"b\" or os_name == \"c\"");
  CHECK_EQ(marker("os_name == 'say \"hi\"'").str(), "os_name == 'say \"hi\"'");
  CHECK_EQ(marker("extra == 'A.b'").str(), "extra == \"a-b\"");
  for (const char* text : {"os_name == '\\x27\\x22'", "os_name == 'a\\\\b'",
                           "os_name == '\\n\\x00'", "os_name not in ''"}) {
    const std::string written = marker(text).str();
    CHECK_EQ(marker(written).str(), written);
  }
  CHECK_EQ(Marker().str(), "");
}

TEST_CASE("marker: joined by and, or") {
  const Marker a = marker("os_name == 'a'"), b = marker("os_name == 'b'"),
               c = marker("os_name == 'c'");
  CHECK_EQ(((a | b) & c).str(), "(os_name == \"a\" or os_name == \"b\") and os_name == \"c\"");
  CHECK_EQ((a & b & a).str(), "os_name == \"a\" and os_name == \"b\"");
  CHECK((a | Marker()).is_true());
  CHECK_EQ((Marker() & a).str(), a.str());
  CHECK((Marker() & Marker()).is_true());
}

TEST_CASE("marker: literals are Python's") {
  CHECK(holds("os_name == '\\160osi\\x78'"));
  CHECK(holds("os_name == 'pos\\\nix'"));
  CHECK_FALSE(holds("os_name == '\\posix'"));
  for (const char* text :
       {"os_name == 'a\nb'", "os_name == '\\x7'", "os_name == '\\'", "os_name == '\\N{BULLET}'"}) {
    CHECK_MESSAGE(!Marker::parse(text).has_value(), text);
  }
}

TEST_CASE("marker: an error shows the text and the place") {
  CHECK_EQ(message("os_name = 'a'"),
           "expected an operator (<=, <, !=, ==, >=, >, ~=, ===, in, not in) at column 9 of "
           "'os_name = 'a''");
  CHECK_EQ(message(""), "expected a marker variable or a quoted string at column 1 of ''");
  CHECK_EQ(message("os_name == 'a' x"),
           "expected 'and', 'or' or the end at column 16 of 'os_name == 'a' x'");
  CHECK_EQ(message("(os_name == 'a'"), "expected ')' at column 16 of '(os_name == 'a''");
  for (const char* text :
       {"python.version == '3'", "Os_name == 'a'", "os_name == 'a' AND os_name == 'b'",
        "not os_name == 'a'", "os_name == a", "os_name == 'a", "os_name notin 'a'", "()",
        "os_name\n== 'a'"}) {
    CHECK_MESSAGE(message(text) != "valid", text);
  }
}

TEST_CASE("marker: parentheses nest 64 deep and no deeper") {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '(') + "os_name == 'posix'" + std::string(depth, ')');
  };
  CHECK(holds(nested(64)));
  CHECK_FALSE(Marker::parse(nested(65)).has_value());
  CHECK_FALSE(Marker::parse(std::string(1'000'000, '(')).has_value());
}

TEST_CASE("marker: variables by name") {
  MarkerEnvironment env;
  REQUIRE(pipit::pep::marker_variable(env, "sys_platform") != nullptr);
  *pipit::pep::marker_variable(env, "sys_platform") = "x";
  CHECK_EQ(env.sys_platform, "x");
  CHECK(pipit::pep::marker_variable(env, "extra") == nullptr);
}
