#include "pep/dist_name.h"

#include <doctest/doctest.h>

#include <string>

using pipit::pep::parse_sdist_name;
using pipit::pep::parse_sdist_name_of;
using pipit::pep::parse_wheel_name;

namespace {

std::string sdist_of(std::string_view file, std::string_view project) {
  const auto found = parse_sdist_name_of(file, project);
  return found ? found->name + " " + found->version.str() + " " + found->extension : "none";
}

std::string sdist(std::string_view file) {
  const auto found = parse_sdist_name(file);
  return found ? found->name + " " + found->version.str() + " " + found->extension : "none";
}

}  // namespace

TEST_CASE("wheel name: parts") {
  const auto wheel = parse_wheel_name("Foo_Bar-1.0RC1-01a_b-py2.py3-none-Any.whl");
  REQUIRE(wheel.has_value());
  CHECK_EQ(wheel->name, "foo-bar");
  CHECK_EQ(wheel->version.str(), "1.0rc1");
  CHECK_EQ(wheel->build_number, "1");
  CHECK_EQ(wheel->build_rest, "a_b");
  CHECK_EQ(wheel->build(), "1a_b");
  const auto tags = wheel->tags();
  REQUIRE_EQ(tags.size(), 2);
  CHECK_EQ(tags[0].str(), "py2-none-any");
  CHECK_EQ(tags[1].str(), "py3-none-any");
  CHECK_EQ(parse_wheel_name("a-1-py3-none-any.whl")->build(), "");
}

TEST_CASE(
    "wheel name: build tags are in the order of their numbers, of any size, then of the rest") {
  const auto built = [](const std::string& tag) {
    return *parse_wheel_name("foo-1.0" + tag + "-py3-none-any.whl");
  };
  const std::string big(40, '9');
  const std::string bigger = "-1" + std::string(40, '0');
  const std::string ascending[] = {
      "",        "-0",   "-0a",       "-1", "-1.1", "-2", "-010", "-11", "-20240101120000000000000",
      "-" + big, bigger, bigger + "b"};
  for (std::size_t a = 0; a < std::size(ascending); ++a)
    for (std::size_t b = 0; b < std::size(ascending); ++b) {
      CAPTURE(ascending[a]);
      CAPTURE(ascending[b]);
      CHECK_EQ(built(ascending[a]).is_later_build(built(ascending[b])), a > b);
    }
  CHECK_FALSE(built("-01").is_later_build(built("-1")));
  CHECK_EQ(built("-" + big).build(), big);
}

TEST_CASE("wheel name: what is none") {
  for (const char* name :
       {"foo-1.0-py3-none-any.zip", "foo-1.0-py3-none.whl", "foo-1.0-1-2-py3-none-any.whl",
        "foo-x-py3-none-any.whl", "foo-1.0-a-py3-none-any.whl", "foo-1.0--py3-none-any.whl",
        "-1.0-py3-none-any.whl", "__foo-1.0-py3-none-any.whl", "foo__bar-1.0-py3-none-any.whl",
        "foo-1.0-py3.-none-any.whl", "foo-1.0-3py-none-any.whl", "../foo-1.0-py3-none-any.whl",
        "f\xC3\xB6-1.0-py3-none-any.whl", "f+-1.0-py3-none-any.whl", "foo-1.0-py3-none-any.WHL",
        ""}) {
    CHECK_MESSAGE(!parse_wheel_name(name).has_value(), name);
  }
  CHECK_EQ(parse_wheel_name("foo-1.0-py3-none.whl").error().message,
           "foo-1.0-py3-none.whl: not a wheel name, which has five or six parts");
}

TEST_CASE("wheel name: names that no project can have are read, as others read them") {
  CHECK_EQ(parse_wheel_name("_a-1.0-py3-none-any.whl")->name, "-a");
  CHECK_EQ(parse_wheel_name("a_-1.0-py3-none-any.whl")->name, "a-");
  CHECK_EQ(parse_wheel_name(".A._b-1.0-py3-none-any.whl")->name, "-a-b");
}

TEST_CASE("wheel name: a product of tags beyond reason is refused") {
  std::string many = "a";
  for (int i = 0; i < 400; ++i) many += ".a";
  CHECK_FALSE(parse_wheel_name("foo-1.0-" + many + "-" + many + "-any.whl").has_value());
}

TEST_CASE("sdist name: split at the last dash") {
  CHECK_EQ(sdist("Foo.Bar-1.0RC1.tar.gz"), "foo-bar 1.0rc1 .tar.gz");
  CHECK_EQ(sdist("a-b-1.0.zip"), "a-b 1.0 .zip");
  for (const char* name : {"a-1.0.tar.bz2", "a.tar.gz", "-1.0.tar.gz", "a-.tar.gz", "a-x.zip"})
    CHECK_EQ(sdist(name), "none");
}

TEST_CASE("sdist name: on a project's page the name says where the version begins") {
  CHECK_EQ(sdist_of("a-b-1.0-2.tar.gz", "a-b"), "a-b 1.0.post2 .tar.gz");
  CHECK_EQ(sdist_of("A_B-1.0.zip", "a-b"), "a-b 1.0 .zip");
  CHECK_EQ(sdist_of("a-b-1.0.zip", "a"), "none");
  CHECK_EQ(sdist_of("other-1.0.zip", "a"), "none");
  CHECK_EQ(sdist_of("a.zip", "a"), "none");
}
