#include "pep/version.h"

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

#include "base/file.h"
#include "base/text.h"

using pipit::pep::Version;

namespace {

std::string normal(std::string_view text) {
  const auto version = Version::parse(text);
  return version ? version->str() : "none";
}

Version v(std::string_view text) {
  const auto version = Version::parse(text);
  REQUIRE_MESSAGE(version.has_value(), std::string(text));
  return *version;
}

// Every version of the table with the number of its line's class.
std::vector<std::pair<int, Version>> ordered_versions() {
  const auto text = pipit::base::read_file("tests/pep/versions.txt", 1 << 20);
  REQUIRE(text.has_value());
  std::vector<std::pair<int, Version>> versions;
  int line_class = 0;
  for (const auto line : pipit::base::split(*text, '\n')) {
    if (line.empty() || line.front() == '#') continue;
    ++line_class;
    for (const auto word : pipit::base::split_space(line))
      versions.emplace_back(line_class, v(word));
  }
  return versions;
}

}  // namespace

TEST_CASE("version order: every pair of the table") {
  const auto versions = ordered_versions();
  REQUIRE(versions.size() > 80);
  for (const auto& [left_class, left] : versions) {
    for (const auto& [right_class, right] : versions) {
      CHECK_MESSAGE((left <=> right) == (left_class <=> right_class), left.str(), " ", right.str());
      CHECK((left == right) == (left_class == right_class));
    }
  }
}

TEST_CASE("version: spellings have one normal form") {
  CHECK_EQ(normal("1.0RC1"), "1.0rc1");
  CHECK_EQ(normal("  v1.0-preview_2\n"), "1.0rc2");
  CHECK_EQ(normal("1!2.03.0-4+Ubuntu-01"), "1!2.3.0.post4+ubuntu.1");
  CHECK_EQ(normal("1.0alpha"), "1.0a0");
  CHECK_EQ(normal("1.0a-"), "1.0a0");
  CHECK_EQ(normal("1.0.post.dev"), "1.0.post0.dev0");
  CHECK_EQ(normal("0!1.0.0"), "1.0.0");
  CHECK_EQ(normal("\xC2\xA0"
                  "1.0\xE3\x80\x80"),
           "1.0");
  CHECK_EQ(normal("000099999999999999999999.1"), "99999999999999999999.1");
}

TEST_CASE("version: what PEP 440 does not know is none") {
  for (const char* text : {"",
                           " ",
                           "x",
                           "1.",
                           ".1",
                           "1..0",
                           "1.0-",
                           "1.0--1",
                           "1.0+",
                           "1.0+a..b",
                           "1.0+a_",
                           "1.0 1",
                           "1.0.x",
                           "1.0.dev1.post1",
                           "1.0.post1a1",
                           "1!",
                           "!1",
                           "vv1",
                           "1.0previe",
                           "1.0\xC3\xA9",
                           "1.0+\xC3\xA9"}) {
    CHECK_MESSAGE(normal(text) == "none", text);
  }
  CHECK_EQ(normal(std::string_view("1.0\0", 4)), "none");
  CHECK_EQ(normal("1." + std::string(4301, '9')), "none");
  CHECK_EQ(normal("1." + std::string(4300, '9')), "1." + std::string(4300, '9'));
}

TEST_CASE("version: parts") {
  const Version version = v("2!1.2.0rc3.post4.dev5+Local.1");
  CHECK_EQ(version.epoch(), 2);
  CHECK_EQ(std::vector<std::uint64_t>(version.release().begin(), version.release().end()),
           std::vector<std::uint64_t>{1, 2, 0});
  CHECK(version.pre_kind() == Version::Pre::rc);
  CHECK_EQ(version.pre_number(), 3);
  CHECK_EQ(version.post(), 4);
  CHECK_EQ(version.dev(), 5);
  CHECK_EQ(version.local(), "local.1");
  CHECK_EQ(version.public_version().str(), "2!1.2.0rc3.post4.dev5");
  CHECK_EQ(version.base_version().str(), "2!1.2.0");
  CHECK(version.is_prerelease());
  CHECK(v("1.dev0").is_prerelease());
  CHECK_FALSE(v("1.post1").is_prerelease());
  CHECK_EQ(Version().str(), "0");
}

TEST_CASE("version: built from a release") {
  CHECK_EQ(Version::from_release(0, {1, 3}).str(), "1.3");
  CHECK_EQ(Version::from_release(1, {0}).str(), "1!0");
  CHECK_EQ(Version::from_release(0, {std::uint64_t{1} << 63}).str(), "9223372036854775808");
  CHECK(Version::from_release(0, {1, 3}) > v("1.2.99"));
}

TEST_CASE("version: comparisons that leave parts out") {
  CHECK(v("1.0+a").compare_public(v("1.0+b")) == 0);
  CHECK(v("1.0.post1").compare_public(v("1.0")) > 0);
  CHECK(v("1.0a1").same_release(v("1.0.0.post2")));
  CHECK_FALSE(v("1!1.0").same_release(v("1.0")));
  CHECK_FALSE(v("99999999999999999999").same_release(v("99999999999999999998")));
  CHECK(v("1.2.3").has_prefix(v("1.2"), 2));
  CHECK(v("1").has_prefix(v("1.0"), 2));
  CHECK_FALSE(v("1.3").has_prefix(v("1.2"), 2));
  CHECK(v("1.0rc1").same_pre(v("2.0rc1.post1")));
  CHECK_FALSE(v("1.0rc1").same_pre(v("1.0")));
  CHECK(v("1.0.post1").same_post(v("1.0.post1.dev2")));
  CHECK_FALSE(v("1.0.post1").same_post(v("1.0")));
}
