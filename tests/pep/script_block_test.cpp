// The table of tests/e2e/test_pyproject.py compares with the specification's regular expression;
// here is what it leaves out: where things stand.
#include "pep/script_block.h"

#include <doctest/doctest.h>

#include "pep/pyproject.h"

using namespace pipit::pep;

TEST_CASE("script block: its text and where it begins") {
  const auto block = find_script_block("#!/x\n\n# /// script\n# a = 1\n#\n#  b = 2\n# ///\ncode\n");
  REQUIRE(block);
  REQUIRE(*block);
  CHECK_EQ((*block)->toml, "a = 1\n\n b = 2\n");
  CHECK_EQ((*block)->line, 4);
}

TEST_CASE("script block: every kind of line end") {
  for (const char* text : {"# /// script\r\n# a=1\r\n# ///\r\n", "# /// script\r# a=1\r# ///",
                           "\xef\xbb\xbf# /// script\n# a=1\n# ///"}) {
    const auto block = find_script_block(text);
    REQUIRE(block);
    REQUIRE(*block);
    CHECK_EQ((*block)->toml, "a=1\n");
  }
}

TEST_CASE("script block: none, and several") {
  CHECK_FALSE(find_script_block("")->has_value());
  CHECK_FALSE(find_script_block("# /// script\n# a\n\n# ///\n")->has_value());
  CHECK_FALSE(find_script_block("# /// script\n# ///\n")->has_value());
  CHECK_FALSE(find_script_block("# /// Script\n# a\n# ///\n")->has_value());
  CHECK_EQ(
      find_script_block("# /// script\n# a\n# ///\n\n# /// script\n# b\n# ///").error().message,
      "line 5: a second script block (the first is at line 1)");
}

TEST_CASE("script metadata: what is in it") {
  const auto script =
      parse_script_metadata("dependencies = ['a']\nrequires-python = '>=3'\n[tool.x]");
  REQUIRE(script);
  CHECK_EQ(script->dependencies[0].requirement.str(), "a");
  CHECK_EQ(script->requires_python_text, ">=3");
  CHECK_EQ(parse_script_metadata("dependencies = 1").error().message,
           "line 1: dependencies must be an array of strings, not an integer");
}
