#include "pep/specifier.h"

#include <doctest/doctest.h>

#include <string>

#include "base/file.h"
#include "base/text.h"

using pipit::pep::SpecifierSet;
using pipit::pep::Version;

namespace {

SpecifierSet set_of(std::string_view text) {
  const auto set = SpecifierSet::parse(text);
  REQUIRE_MESSAGE(set.has_value(), std::string(text));
  return *set;
}

void check_words(const SpecifierSet& set, std::string_view words, bool expected) {
  for (const auto word : pipit::base::split_space(words)) {
    const auto version = Version::parse(word);
    REQUIRE_MESSAGE(version.has_value(), std::string(word));
    CHECK_MESSAGE(set.contains(*version) == expected, set.str(), " ", std::string(word));
    CHECK(set.contains_text(version->str()) == expected);
  }
}

std::string lenient(std::string_view text) {
  const auto set = SpecifierSet::parse_lenient(text);
  return set ? set->str() : "invalid";
}

}  // namespace

TEST_CASE("specifier: the truth table") {
  const auto text = pipit::base::read_file("tests/pep/specifiers.txt", 1 << 20);
  REQUIRE(text.has_value());
  int rows = 0;
  for (const auto line : pipit::base::split(*text, '\n')) {
    if (line.empty() || line.front() == '#') continue;
    const auto columns = pipit::base::split(line, '|');
    REQUIRE_EQ(columns.size(), 3);
    const SpecifierSet set = set_of(columns[0]);
    check_words(set, columns[1], true);
    check_words(set, columns[2], false);
    ++rows;
  }
  CHECK(rows > 25);
}

TEST_CASE("specifier: pre-releases pass only when allowed") {
  CHECK(set_of(">=1").contains(*Version::parse("2rc1"), true));
  CHECK_FALSE(set_of(">=1").contains(*Version::parse("2rc1"), false));
  CHECK_FALSE(set_of("").contains(*Version::parse("2.dev1"), false));
  CHECK(set_of("").contains(*Version::parse("2.post1"), false));
}

TEST_CASE("specifier: what PEP 440 does not know is an error that shows it") {
  for (const char* text :
       {"1.0", "=1.0", "~=2", "~=2.0+x", ">=1+x", "==1.0a1.*", ">=1.*", "==1.0.*+x", "==1.0+x.*",
        ">=", "===", "=== \t", "=>1", "==1.0 .*", ">=1 <2", "=== a b", "~=1.0.*", "!1"}) {
    CHECK_MESSAGE(!SpecifierSet::parse(text).has_value(), text);
  }
  const auto wrong = SpecifierSet::parse(">=1, ~=2");
  REQUIRE_FALSE(wrong.has_value());
  CHECK_EQ(wrong.error().message, "invalid version specifier: '~=2'");
  CHECK(wrong.error().code == pipit::Code::parse);
}

TEST_CASE("specifier: text keeps versions as written, sorted, without repetition") {
  CHECK_EQ(set_of(" <2 , >= V1.0RC1,!=1.5.* ").str(), "!=1.5.*,<2,>=V1.0RC1");
  CHECK_EQ(set_of("==1.0,==1.0.0,==1").str(), "==1");
  CHECK_EQ(set_of("~=1.0,~=1.0.0").str(), "~=1.0,~=1.0.0");
  CHECK_EQ((set_of(">=1") & set_of("<2")).str(), "<2,>=1");
  CHECK(set_of(">=1,<2") == set_of("<2,>=1"));
}

TEST_CASE("specifier: arbitrary equality compares text") {
  CHECK(set_of("===1.0-X").contains_text("1.0-x"));
  CHECK_FALSE(set_of("===1.0").contains_text("1.0.0"));
  CHECK_FALSE(set_of(">=1.0").contains_text("not a version"));
}

TEST_CASE("specifier: pins and pre-releases are seen") {
  CHECK(set_of("==1.0").is_pinned());
  CHECK(set_of("===1.0").is_pinned());
  CHECK_FALSE(set_of("==1.*").is_pinned());
  CHECK_FALSE(set_of(">=1").is_pinned());
  CHECK(set_of(">=2.0a1").mentions_prerelease());
  CHECK(set_of("==1.0rc1,<2").mentions_prerelease());
  CHECK_FALSE(set_of("!=1.0rc1").mentions_prerelease());
  CHECK_FALSE(set_of(">=2").mentions_prerelease());
}

TEST_CASE("specifier: old metadata is mended") {
  CHECK_EQ(lenient("(>=1.0)"), ">=1.0");
  CHECK_EQ(lenient(">=1.0,"), ">=1.0");
  CHECK_EQ(lenient(">=1.0.*"), ">=1.0");
  CHECK_EQ(lenient("<2.*,>=1.*"), "<2,>=1");
  CHECK_EQ(lenient(">=1.0<2.0"), "<2.0,>=1.0");
  CHECK_EQ(lenient(">=1.0 <2.0"), "invalid");
  CHECK_EQ(lenient("==3.0*"), "==3.0.*");
  CHECK_EQ(lenient("~=4.0.*"), "invalid");
  CHECK_EQ(lenient("~=2"), "invalid");
  CHECK_EQ(lenient("=>3"), "invalid");
  CHECK_EQ(lenient(">=1,,<2"), "<2,>=1");
  CHECK_EQ(lenient(">=9.0.0a1.0"), ">=9.0.0a1");
  CHECK_EQ(lenient(">=2.7, !=3.0*, !=3.1.*', <3.4.*"), "!=3.0.*,!=3.1.*,<3.4,>=2.7");
  CHECK_EQ(lenient("!=~3.0"), "!=3.0.*");
  CHECK_EQ(lenient(">='2.7'"), ">=2.7");
  CHECK_EQ(lenient(">dev"), ">0.dev0");
  CHECK_EQ(lenient("nonsense"), "invalid");
  CHECK_EQ(lenient("1.0"), "invalid");
}
