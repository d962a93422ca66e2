#include "pep/pylock.h"

#include <doctest/doctest.h>

#include "base/text.h"
#include "tests/pep/lock_text.h"

using pipit::cat;
using namespace pipit::pep;
using pipit::test::kHead;
using pipit::test::package;
using pipit::test::wheel;

namespace {

std::string refusal(std::string_view body) {
  const auto lock = parse_pylock(cat(kHead, body));
  return lock ? "" : lock.error().message;
}

}  // namespace

TEST_CASE("pylock: names of lock files") {
  for (const std::string_view name : {"pylock.toml", "pylock.a.toml", "pylock.a-b_c.toml"})
    CHECK(is_pylock_name(name));
  for (const std::string_view name : {"pylock..toml", "pylock.a.b.toml", "pylock", "Pylock.toml",
                                      "pylock.toml.bak", "apylock.toml", "uv.lock", "pylock.a"})
    CHECK_FALSE(is_pylock_name(name));
}

TEST_CASE("pylock: all fields are read") {
  const auto lock = parse_pylock(R"(lock-version = "1.0"
environments = ["sys_platform == 'linux'"]
requires-python = ">=3.9"
extras = ["x"]
dependency-groups = ["g"]
default-groups = ["g"]
created-by = "t"
unknown = 1
[[packages]]
name = "a"
version = "1.0"
marker = "'x' in extras"
requires-python = ">=3.9"
index = "https://i.test/simple/"
unknown = 1
dependencies = [{ name = "b", version = "2", more = 1 }]
sdist = { path = "d/a-1.0.tar.gz", size = 7, upload-time = 2024-01-02T03:04:05Z, hashes = { sha256 = "00", md5 = "11" } }
wheels = [{ url = "https://x.test/a%2Db/a-1.0-py3-none-any.whl#x", hashes = { sha256 = "22" } }]
[[packages.attestation-identities]]
kind = "GitHub"
repository = "o/r"
[[packages]]
name = "b"
[packages.vcs]
type = "git"
url = "https://g.test/b"
requested-revision = "main"
commit-id = "abc"
subdirectory = "s"
[[packages]]
name = "c"
directory = { path = "c", editable = true, subdirectory = "t" }
[[packages]]
name = "d"
archive = { url = "https://x.test/d.zip", hashes = { sha512 = "33" }, subdirectory = "u" }
[tool.x]
y = 1
)");
  REQUIRE_MESSAGE(lock.has_value(), lock.error().message);
  CHECK_EQ(lock->environments.size(), 1);
  CHECK_EQ(lock->requires_python_text, ">=3.9");
  CHECK_EQ(lock->extras, std::vector<std::string>{"x"});
  CHECK_EQ(lock->default_groups, std::vector<std::string>{"g"});
  REQUIRE_EQ(lock->packages.size(), 4);
  const LockedPackage& a = lock->packages[0];
  CHECK_EQ(a.version->str(), "1.0");
  CHECK_EQ(a.marker.str(), "\"x\" in extras");
  CHECK_EQ(a.line, 9);
  CHECK_EQ(a.index, "https://i.test/simple/");
  CHECK_EQ(a.dependencies, std::vector<LockedReference>{{"b", "2"}});
  CHECK_EQ(a.sdist->name, "a-1.0.tar.gz");
  CHECK_EQ(*a.sdist->size, 7);
  CHECK_EQ(a.sdist->upload_time, "2024-01-02T03:04:05Z");
  CHECK_EQ(a.sdist->hashes.at("md5"), "11");
  CHECK_EQ(a.wheels[0].name, "a-1.0-py3-none-any.whl");
  CHECK_EQ(a.attestation_kinds, std::vector<std::string>{"GitHub"});
  CHECK_EQ(lock->packages[1].vcs->requested_revision, "main");
  CHECK_EQ(lock->packages[1].vcs->commit_id, "abc");
  CHECK(lock->packages[2].directory->editable);
  CHECK_EQ(lock->packages[3].archive->subdirectory, "u");
}

TEST_CASE("pylock: what breaks the specification is refused, with its line") {
  CHECK_EQ(refusal(""), "line 1: packages is missing");
  CHECK_EQ(refusal("packages = {}"), "line 3: packages must be an array of tables, not a table");
  CHECK_EQ(refusal("[[packages]]\n"), "line 3: packages: name is missing");
  CHECK_EQ(refusal("[[packages]]\nname = 'A'\ndirectory = {path = '.'}"),
           "line 4: packages: name: A is not a normalized name");
  CHECK_EQ(refusal("[[packages]]\nname = 'a'"),
           "line 3: packages: a needs one of vcs, directory, archive, or files");
  CHECK_EQ(refusal(package("a", wheel("a-1-py3-none-any.whl"), "directory = {path = '.'}")),
           "line 3: packages: a has files, so vcs, directory and archive must not be there");
  CHECK_EQ(refusal(package("a", "{url = 'https://x.test/a-1-py3-none-any.whl'}")),
           "line 6: packages.wheels: hashes is missing or empty");
  CHECK_EQ(refusal(package("a", "{name = 'a-1-py3-none-any.whl', hashes = {sha256 = '0'}}")),
           "line 6: packages.wheels: neither url nor path is given");
  CHECK_EQ(refusal(package("a", wheel("b-1-py3-none-any.whl"))),
           "line 6: packages.wheels: b-1-py3-none-any.whl is not a file of a");
  CHECK_EQ(refusal(package("a", wheel("a-1-py3-none-any.whl"), "version = '2'")),
           "line 6: packages.wheels: a-1-py3-none-any.whl is not of version 2");
  CHECK_EQ(refusal(package("a", wheel("a-1.whl"))),
           "line 6: packages.wheels: a-1.whl is not the name of a wheel");
  CHECK_EQ(refusal(package("a", wheel("a-1-py3-none-any.whl", ", size = -1"))),
           "line 6: packages.wheels: size must be a size in bytes, not an integer");
  CHECK_EQ(refusal(package("a", wheel("a-1-py3-none-any.whl", ", upload-time = 'x'"))),
           "line 6: packages.wheels: upload-time must be a date and time, not a string");
  CHECK_EQ(refusal(package("a", wheel("a-1-py3-none-any.whl"), "marker = 'x'")).substr(0, 26),
           "line 5: packages: marker: ");
  CHECK_EQ(refusal(package("a", wheel("a-1-py3-none-any.whl"), "version = 'x'")),
           "line 5: packages: version: not a version: x");
  CHECK_EQ(refusal("[[packages]]\nname = 'a'\nvcs = {type = 'git', url = 'https://x.test'}"),
           "line 5: packages.vcs: commit-id is missing");
  CHECK_EQ(refusal("[[packages]]\nname = 'a'\ndirectory = {path = ''}"),
           "line 5: packages.directory: path: is empty");
  CHECK_EQ(parse_pylock("lock-version = '2.0'").error().message,
           "lock-version 2.0: only 1.x can be read");
  CHECK_EQ(parse_pylock("packages = []").error().message, "line 1: lock-version is missing");
}

TEST_CASE("pylock: a newer minor version is read") {
  const auto lock = parse_pylock("lock-version = '1.7'\ncreated-by = 'x'\npackages = []");
  REQUIRE(lock);
  CHECK(is_newer_pylock(*lock));
  CHECK_FALSE(is_newer_pylock(*parse_pylock(cat(kHead, "packages = []"))));
}
