#include "pep/pylock_write.h"

#include <doctest/doctest.h>

#include <string>

namespace pipit::pep {

TEST_CASE("pylock: what is written") {
  Pylock lock;
  lock.environments.push_back(*Marker::parse("sys_platform == 'linux'"));
  lock.requires_python_text = ">=3.9";
  lock.extras = {"x", "y"};
  LockedPackage b;
  b.name = "b";
  b.archive = LockedFile{"", "", "b-1-py3-none-any.whl", "", 9, {{"sha256", "aa"}}, ""};
  LockedPackage a;
  a.name = "a";
  a.version = *Version::parse("1");
  a.marker = *Marker::parse("'x' in extras");
  a.index = "https://i.test/";
  a.dependencies = {{"c", ""}, {"b", ""}};
  a.sdist = LockedFile{
      "a-1.tar.gz", "https://x.test/a", "", "2024-01-02T03:04:05Z", 7, {{"sha256", "bb"}}, ""};
  a.wheels = {
      LockedFile{"a-1-py3-none-win32.whl", "u:w", "", "", {}, {{"sha256", "cc"}}, ""},
      LockedFile{"a-1-py3-none-any.whl", "u:a", "", "", {}, {{"md5", "1"}, {"sha256", "2"}}, ""}};
  lock.packages = {b, a};
  const std::string text = write_pylock(lock);
  CHECK_EQ(text, R"(lock-version = "1.0"
environments = [
    "sys_platform == \"linux\"",
]
requires-python = ">=3.9"
extras = ["x", "y"]
created-by = "pipit"

[[packages]]
name = "a"
version = "1"
marker = "\"x\" in extras"
dependencies = [
    { name = "b" },
    { name = "c" },
]
index = "https://i.test/"
sdist = { name = "a-1.tar.gz", upload-time = 2024-01-02T03:04:05Z, url = "https://x.test/a", size = 7, hashes = { sha256 = "bb" } }
wheels = [
    { name = "a-1-py3-none-any.whl", url = "u:a", hashes = { md5 = "1", sha256 = "2" } },
    { name = "a-1-py3-none-win32.whl", url = "u:w", hashes = { sha256 = "cc" } },
]

[[packages]]
name = "b"
archive = { path = "b-1-py3-none-any.whl", size = 9, hashes = { sha256 = "aa" } }
)");
  Pylock odd;
  odd.packages = {a};
  odd.packages[0].wheels[0].hashes = {{"x \"y", ""}};
  CHECK(write_pylock(odd).find(R"(hashes = { "x \"y" = "" })") != std::string::npos);
  CHECK_EQ(write_pylock(*parse_pylock(write_pylock(odd))), write_pylock(odd));
  const auto again = parse_pylock(text);
  REQUIRE_MESSAGE(again.has_value(), again.error().message);
  CHECK_EQ(write_pylock(*again), text);
  CHECK_EQ(write_pylock(Pylock()),
           "lock-version = \"1.0\"\ncreated-by = \"pipit\"\npackages = []\n");
}

}  // namespace pipit::pep
