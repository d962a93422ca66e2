#include "resolve/wheel_coverage.h"

#include <doctest/doctest.h>

#include "base/text.h"

namespace pipit::resolve {
namespace {

bool reaches(std::string_view tags, std::string_view lowest) {
  return is_for_python_from(*pep::parse_wheel_name(cat("a-1-", tags, ".whl")),
                            *pep::Version::parse(lowest));
}

TEST_CASE("wheel coverage: a wheel for one minor version is of use from older ones up") {
  CHECK(reaches("cp312-cp312-win_amd64", "3.9"));
  CHECK(reaches("cp39-cp39-win_amd64", "3.9"));
  CHECK_FALSE(reaches("cp39-cp39-win_amd64", "3.10"));
  CHECK_FALSE(reaches("pp39-pypy39_pp73-win_amd64", "3.10"));
  CHECK(reaches("cp39.cp311-none-any", "3.10"));
  CHECK(reaches("cp310-cp310-any", "3.10.4"));
}

TEST_CASE(
    "wheel coverage: stable ABIs and pure wheels are for newer ones too, but not the next major") {
  CHECK(reaches("cp36-abi3-any", "3.12"));
  CHECK(reaches("cp315-abi3t-any", "3.12"));
  CHECK(reaches("py3-none-any", "3.12"));
  CHECK(reaches("py38-none-any", "3.12"));
  CHECK(reaches("py2.py3-none-any", "3.12"));
  CHECK_FALSE(reaches("py2-none-any", "3.12"));
  CHECK_FALSE(reaches("cp27-cp27m-any", "3.8"));
}

TEST_CASE("wheel coverage: what is not known is not ruled out") {
  CHECK(reaches("graalpy311-graalpy240_311_native-any", "3.12"));
  CHECK(reaches("jy-none-any", "3.12"));
}

TEST_CASE("wheel coverage: platforms as markers") {
  const auto of = [](std::string_view platform) {
    const auto every = pep::Marker::parse("python_version >= '3' and python_version < '4'");
    const auto set =
        WheelCoverage().of(*pep::parse_wheel_name(cat("a-1-py3-none-", platform, ".whl")));
    return set.simplified(pep::MarkerSet::of(*every))->str();
  };
  CHECK_EQ(of("any"), "");
  CHECK_EQ(of("win32"), "sys_platform == \"win32\" and platform_machine == \"x86\"");
  CHECK_EQ(of("win_arm64"), "sys_platform == \"win32\" and platform_machine == \"ARM64\"");
  const std::string linux_x86 = "sys_platform == \"linux\" and platform_machine == \"x86_64\"";
  for (const std::string_view platform :
       {"manylinux1_x86_64", "manylinux2014_x86_64", "manylinux_2_28_x86_64",
        "musllinux_1_2_x86_64", "linux_x86_64", "manylinux1_x86_64.manylinux_2_5_x86_64"})
    CHECK_EQ(of(platform), linux_x86);
  CHECK_EQ(of("manylinux_2_17_armv7l"),
           "sys_platform == \"linux\" and platform_machine == \"armv7l\"");
  CHECK_EQ(of("macosx_11_0_arm64"), "sys_platform == \"darwin\" and platform_machine == \"arm64\"");
  CHECK_EQ(of("macosx_10_9_universal2"), of("macosx_11_0_arm64.macosx_10_9_x86_64"));
  CHECK_EQ(of("android_21_arm64_v8a"),
           "sys_platform == \"android\" and platform_machine == \"aarch64\"");
  CHECK_EQ(of("ios_13_0_arm64_iphoneos"), "sys_platform == \"ios\"");
  CHECK_EQ(of("manylinux_x_86_64"), "python_version < \"0\"");
  CHECK_EQ(of("plan9"), "python_version < \"0\"");
}

TEST_CASE("wheel coverage: Pythons as markers") {
  const auto is = [](std::string_view tags, std::string_view marker) {
    const auto wanted = pep::Marker::parse(marker);
    REQUIRE(wanted);
    return WheelCoverage().of(*pep::parse_wheel_name(cat("a-1-", tags, "-any.whl"))) ==
           pep::MarkerSet::of(*wanted);
  };
  CHECK(is("py3-none", "python_version >= '3' and python_version < '4'"));
  CHECK(is("py2.py3-none", "python_version >= '2' and python_version < '4'"));
  CHECK(is("py38-none", "python_version >= '3.8' and python_version < '4'"));
  CHECK(is("cp312-cp312", "python_version == '3.12' and implementation_name == 'cpython'"));
  CHECK(is("cp313-cp313t", "python_version == '3.13' and implementation_name == 'cpython'"));
  CHECK(is("cp39-abi3",
           "python_version >= '3.9' and python_version < '4' and "
           "implementation_name == 'cpython'"));
  CHECK(is("pp310-pypy310_pp73", "python_version == '3.10' and implementation_name == 'pypy'"));
  CHECK(is("cp38.cp39-none",
           "python_version >= '3.8' and python_version <= '3.9' and "
           "implementation_name == 'cpython'"));
  CHECK(WheelCoverage().of(*pep::parse_wheel_name("a-1-graalpy311-x-any.whl")).is_all());
}

}  // namespace
}  // namespace pipit::resolve
