#include "resolve/wheel_reach.h"

#include <doctest/doctest.h>

#include "base/text.h"

namespace pipit::resolve {
namespace {

bool reaches(std::string_view tags, std::string_view lowest) {
  return is_for_python_from(*pep::parse_wheel_name(cat("a-1-", tags, ".whl")),
                            *pep::Version::parse(lowest));
}

TEST_CASE("wheel reach: a wheel for one minor version is of use from older ones up") {
  CHECK(reaches("cp312-cp312-win_amd64", "3.9"));
  CHECK(reaches("cp39-cp39-win_amd64", "3.9"));
  CHECK_FALSE(reaches("cp39-cp39-win_amd64", "3.10"));
  CHECK_FALSE(reaches("pp39-pypy39_pp73-win_amd64", "3.10"));
  CHECK(reaches("cp39.cp311-none-any", "3.10"));
  CHECK(reaches("cp310-cp310-any", "3.10.4"));
}

TEST_CASE(
    "wheel reach: stable ABIs and pure wheels are for newer ones too, but not the next major") {
  CHECK(reaches("cp36-abi3-any", "3.12"));
  CHECK(reaches("cp315-abi3t-any", "3.12"));
  CHECK(reaches("py3-none-any", "3.12"));
  CHECK(reaches("py38-none-any", "3.12"));
  CHECK(reaches("py2.py3-none-any", "3.12"));
  CHECK_FALSE(reaches("py2-none-any", "3.12"));
  CHECK_FALSE(reaches("cp27-cp27m-any", "3.8"));
}

TEST_CASE("wheel reach: what is not known is not ruled out") {
  CHECK(reaches("graalpy311-graalpy240_311_native-any", "3.12"));
  CHECK(reaches("jy-none-any", "3.12"));
}

}  // namespace
}  // namespace pipit::resolve
