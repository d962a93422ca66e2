#include "pep/requirement.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using pipit::pep::parse_requirement;
using pipit::pep::parse_requirement_lenient;

namespace {

std::string written(std::string_view text) {
  const auto found = parse_requirement(text);
  return found ? found->str() : "invalid";
}

std::string mended(std::string_view text) {
  const auto found = parse_requirement_lenient(text);
  return found ? found->str() : "invalid";
}

}  // namespace

TEST_CASE("requirement: parts") {
  const auto found = parse_requirement("Foo_Bar[B_x,a , a] (>=1,<2) ; os_name=='nt'");
  REQUIRE(found.has_value());
  CHECK_EQ(found->name, "foo-bar");
  CHECK_EQ(found->written_name, "Foo_Bar");
  CHECK(found->extras == std::vector<std::string>{"a", "b-x"});
  CHECK_EQ(found->specifier.str(), "<2,>=1");
  CHECK_FALSE(found->url.has_value());
  CHECK_EQ(found->marker.str(), "os_name == \"nt\"");
  CHECK_EQ(found->str(), "Foo_Bar[a,b-x]<2,>=1 ; os_name == \"nt\"");
}

TEST_CASE("requirement: direct references") {
  CHECK_EQ(written("a@https://example.org/x.zip#sha256=00;y"),
           "a @ https://example.org/x.zip#sha256=00;y");
  CHECK_EQ(written("a [x] @ ./local ; os_name == 'nt'"), "a[x] @ ./local ; os_name == \"nt\"");
  CHECK_EQ(written("a @"), "invalid");
  CHECK_EQ(written("a @ x y"), "invalid");
}

TEST_CASE("requirement: what the reference implementation takes and refuses") {
  for (const char* text : {"a", " a ", "a_", "a[]", "a[ x ]", "a>=1,", "a ()", "a===1.0", "a(>=1)",
                           "1", "a ===1,,==2", "a ( ===x, >2 )"}) {
    CHECK_MESSAGE(written(text) != "invalid", text);
  }
  for (const char* text : {"",
                           "a-",
                           "_a",
                           "a b",
                           "a[x,]",
                           "a[x y]",
                           "a[",
                           "a>=1 <2",
                           "a>=1,,<2",
                           "a (>=1",
                           "a >=1)",
                           "a;",
                           "a>=1\n",
                           "a (>=1),<2",
                           "a==",
                           "a~=1",
                           "a>1+x",
                           "a; os_name",
                           ">=1",
                           "\xC3\xA9",
                           "a\xC3\xA9",
                           "a===",
                           "a=== ; os_name=='x'",
                           "a (===1, >2",
                           "a (===1, >2) x",
                           "a ===1, >2)",
                           "a ===\xC3\xA9, ==2",
                           "a @ ./b\n",
                           "a @ ./b\xC2\xA0 c"}) {
    CHECK_MESSAGE(written(text) == "invalid", text);
  }
}

TEST_CASE("requirement: === ends at a comma, as other operators do") {
  CHECK_EQ(written("a ===0.10, ==2024"), "a==2024,===0.10");
  CHECK_EQ(written("a(===1.0 , >2) ; os_name == 'nt'"), "a===1.0,>2 ; os_name == \"nt\"");
  CHECK_EQ(written("a ===x,"), "a===x");
  CHECK_EQ(written("a ===\xC3\xA9"), "a===\xC3\xA9");
}

TEST_CASE("requirement: an extra that ends in _ is written so that it can be read") {
  CHECK_EQ(written("o[B-G_]"), "o[b-g_]");
  CHECK_EQ(written(written("o[x.,y]")), "invalid");
  CHECK_EQ(written("o[x__,y]>=1"), "o[x_,y]>=1");
}

TEST_CASE("requirement: an error shows the text and the place") {
  const auto wrong = parse_requirement("foo>=1 bar");
  REQUIRE_FALSE(wrong.has_value());
  CHECK_EQ(wrong.error().message, "expected ',', ';' or the end at column 8 of 'foo>=1 bar'");
  CHECK(wrong.error().code == pipit::Code::parse);
}

TEST_CASE("requirement: old metadata is read as it was meant") {
  CHECK_EQ(mended("x (>=1.0<2.0)"), "x<2.0,>=1.0");
  CHECK_EQ(mended("x>=1.0.*"), "x>=1.0");
  CHECK_EQ(mended("x[a] (>=1.0,) ; os_name == 'nt'"), "x[a]>=1.0 ; os_name == \"nt\"");
  CHECK_EQ(mended("x >=1<2;python_version<'3'"), "x<2,>=1 ; python_version < \"3\"");
  CHECK_EQ(mended("x>=1\n"), "x>=1");
  CHECK_EQ(mended("x()"), "x");
  CHECK_EQ(mended("'x' >=1.0\"; os_name == 'nt'"), "x>=1.0 ; os_name == \"nt\"");
  CHECK_EQ(mended("x>=1.3.0,<1.4.0',"), "x<1.4.0,>=1.3.0");
}

TEST_CASE("requirement: what others refuse in metadata is not guessed at") {
  for (const std::string_view text : {"x;", "x>=1;", "x => 1", "x=<2", "x >=1 <2", "x (>=1",
                                      "x>=1,,<2", "x,>=1", "x~=2", "x~=2.*", "x(>=1)(<2)"})
    CHECK_MESSAGE(mended(text) == "invalid", text);
  CHECK_EQ(mended("x y"), "invalid");
  CHECK_EQ(mended("x; nonsense == 'y'"), "invalid");
}
