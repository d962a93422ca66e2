#include "pep/platform.h"

#include <doctest/doctest.h>

#include "base/text.h"

#include <algorithm>
#include <string>
#include <vector>

namespace pipit::pep {
namespace {

std::vector<std::string> expanded(std::string_view name) {
  const auto found = expand_platform(name);
  REQUIRE_MESSAGE(found.has_value(), std::string(name));
  return *found;
}

}  // namespace

TEST_CASE("platform: glibc from the newest to the oldest, old names behind their numbers") {
  const auto found = expanded("manylinux_2_18_aarch64");
  CHECK(found == std::vector<std::string>{"linux_aarch64", "manylinux_2_18_aarch64",
                                          "manylinux_2_17_aarch64", "manylinux2014_aarch64"});
  CHECK_EQ(expanded("manylinux_2_28_x86_64").size(), 1 + 24 + 3);
  CHECK_EQ(expanded("manylinux_2_5_i686").back(), "manylinux1_i686");
}

TEST_CASE("platform: musl, macOS, Windows") {
  CHECK(expanded("musllinux_1_1_x86_64") ==
        std::vector<std::string>{"linux_x86_64", "musllinux_1_1_x86_64", "musllinux_1_0_x86_64"});
  CHECK_EQ(expanded("macosx_12_3_arm64").front(), "macosx_12_0_arm64");
  CHECK_EQ(expanded("macosx_11_0_arm64")[2], "macosx_10_16_universal2");
  CHECK_EQ(expanded("macosx_10_5_x86_64").size(), 12);
  CHECK(expanded("win_arm64") == std::vector<std::string>{"win_arm64"});
}

TEST_CASE("platform: armv8l runs what is for armv7l, too") {
  const auto both = expand_platform("manylinux_2_18_armv8l");
  REQUIRE(both);
  CHECK_EQ(base::join(*both, " "),
           "linux_armv8l manylinux_2_18_armv8l manylinux_2_17_armv8l manylinux2014_armv8l "
           "linux_armv7l manylinux_2_18_armv7l manylinux_2_17_armv7l manylinux2014_armv7l");
}

TEST_CASE("platform: other tools' names") {
  CHECK(expanded("linux") == expanded("manylinux_2_28_x86_64"));
  CHECK(expanded("aarch64-manylinux_2_31") == expanded("manylinux_2_31_aarch64"));
  CHECK(expanded("x86_64-manylinux2014") == expanded("manylinux_2_17_x86_64"));
  CHECK(expanded("manylinux2010_i686") == expanded("manylinux_2_12_i686"));
  CHECK(expanded("aarch64-unknown-linux-musl") == expanded("musllinux_1_2_aarch64"));
  CHECK(expanded("macos") == expanded("macosx_13_0_arm64"));
  CHECK(expanded("windows") == expanded("win_amd64"));
}

TEST_CASE("platform: an unknown one is a usage error") {
  for (const char* name : {"", "amiga", "manylinux_2_x86_64", "manylinux_2_1000_x86_64",
                           "macosx_9_0_x86_64", "macosx_14_0_ppc", "linux_", "manylinux_2_28_"}) {
    const auto found = expand_platform(name);
    REQUIRE_MESSAGE(!found.has_value(), name);
    CHECK(found.error().code == pipit::Code::usage);
  }
}

}  // namespace pipit::pep
