#include "pep/tags.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "base/text.h"
#include "pep/dist_name.h"
#include "pep/platform.h"

using pipit::pep::expand_platform;
using pipit::pep::Tags;
using pipit::pep::TagTarget;

namespace {

std::vector<std::string> platforms(std::string_view name) {
  const auto found = expand_platform(name);
  REQUIRE_MESSAGE(found.has_value(), std::string(name));
  return *found;
}

TagTarget target(unsigned minor, std::string_view platform) {
  TagTarget made;
  made.python_minor = minor;
  made.platforms = platforms(platform);
  return made;
}

bool has(const Tags& tags, std::string_view text) {
  return std::ranges::any_of(tags.ordered(), [&](const auto& tag) { return tag.str() == text; });
}

}  // namespace

TEST_CASE("tags: CPython, best first") {
  const Tags tags = Tags::for_target(target(3, "win32"));
  std::vector<std::string> texts;
  for (const auto& tag : tags.ordered()) texts.push_back(tag.str());
  CHECK(texts == std::vector<std::string>{"cp33-cp33-win32", "cp33-abi3-win32", "cp33-none-win32",
                                          "cp32-abi3-win32", "py33-none-win32", "py3-none-win32",
                                          "py32-none-win32", "py31-none-win32", "py30-none-win32",
                                          "cp33-none-any", "py33-none-any", "py3-none-any",
                                          "py32-none-any", "py31-none-any", "py30-none-any"});
}

TEST_CASE("tags: a free-threaded build has its own stable ABI and never the other") {
  TagTarget made = target(14, "win_amd64");
  made.free_threaded = true;
  const Tags tags = Tags::for_target(made);
  CHECK(has(tags, "cp314-cp314t-win_amd64"));
  CHECK(has(tags, "cp314-abi3t-win_amd64"));
  CHECK(has(tags, "cp32-abi3t-win_amd64"));
  CHECK_FALSE(has(tags, "cp314-abi3-win_amd64"));
  CHECK_FALSE(has(tags, "cp314-cp314-win_amd64"));
}

TEST_CASE("tags: Android by API level, iOS by version") {
  CHECK_EQ(*expand_platform("android_18_arm64_v8a"),
           std::vector<std::string>{"android_18_arm64_v8a", "android_17_arm64_v8a",
                                    "android_16_arm64_v8a"});
  CHECK_FALSE(expand_platform("android_15_x86_64").has_value());  // no CPython runs there
  CHECK_FALSE(expand_platform("ios_11_4_arm64_iphoneos").has_value());
  const std::vector<std::string> ios = *expand_platform("ios_13_1_arm64_iphoneos");
  REQUIRE_EQ(ios.size(), 12);
  CHECK_EQ(ios[1], "ios_13_0_arm64_iphoneos");
  CHECK_EQ(ios[2], "ios_12_9_arm64_iphoneos");
  CHECK_EQ(ios.back(), "ios_12_0_arm64_iphoneos");
  CHECK_FALSE(expand_platform("android_x_arm64").has_value());
  CHECK_FALSE(expand_platform("ios_13_arm64").has_value());
}

TEST_CASE("tags: PyPy gives its ABI") {
  TagTarget made = target(10, "linux_x86_64");
  made.implementation = "pp";
  made.abis = {"pypy310_pp73"};
  const Tags tags = Tags::for_target(made);
  CHECK_EQ(tags.ordered().front().str(), "pp310-pypy310_pp73-linux_x86_64");
  CHECK(has(tags, "pp310-none-linux_x86_64"));
  CHECK(has(tags, "pp3-none-any"));
  CHECK_FALSE(has(tags, "pp310-abi3-linux_x86_64"));
}

TEST_CASE("tags: each has its place for a rank, and nothing else has one") {
  const Tags tags = Tags::for_target(target(14, "manylinux_2_40_x86_64"));
  REQUIRE_GT(tags.ordered().size(), 500);
  for (std::size_t i = 0; i < tags.ordered().size(); ++i) {
    const Tag& tag = tags.ordered()[i];
    CHECK_EQ(tags.rank(tag), i);
    CHECK(tags.has_platform(tag.platform));
    CHECK_FALSE(tags.rank(Tag{cat(tag.python, tag.abi), "", tag.platform}));
    CHECK_FALSE(tags.rank(Tag{tag.python, tag.platform, tag.abi}));
  }
  CHECK_FALSE(tags.has_platform("win_amd64"));
  CHECK_FALSE(tags.has_platform(""));
  CHECK_FALSE(Tags().rank(Tag{"py3", "none", "any"}));
  const Tags twice(
      std::vector<Tag>{{"py3", "none", "any"}, {"py2", "none", "any"}, {"py3", "none", "any"}});
  CHECK_EQ(twice.rank(Tag{"py3", "none", "any"}), 0);
}

TEST_CASE("tags: a wheel ranks by its best tag") {
  const Tags tags = Tags::for_target(target(12, "manylinux_2_28_x86_64"));
  const auto rank = [&](std::string_view name) {
    return tags.rank(*pipit::pep::parse_wheel_name(name));
  };
  CHECK_EQ(rank("a-1-cp312-cp312-linux_x86_64.whl"), 0);
  CHECK(rank("a-1-cp312-cp312-manylinux_2_17_x86_64.whl") <
        rank("a-1-cp38-abi3-manylinux_2_17_x86_64.whl"));
  CHECK(rank("a-1-cp38-abi3-manylinux_2_17_x86_64.whl") < rank("a-1-py2.py3-none-any.whl"));
  CHECK(rank("a-1-py2.py3-none-any.whl") == rank("a-1-py3-none-any.whl"));
  CHECK_FALSE(rank("a-1-cp313-cp313-win_amd64.whl").has_value());
  CHECK_FALSE(rank("a-1-cp312-cp312-manylinux_2_29_x86_64.whl").has_value());
}
