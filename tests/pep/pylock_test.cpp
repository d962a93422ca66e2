#include "pep/pylock.h"

#include <doctest/doctest.h>

#include "base/text.h"
#include "pep/pylock_select.h"
#include "pep/pylock_write.h"

using pipit::cat;
using namespace pipit::pep;

namespace {

constexpr std::string_view kHead = "lock-version = '1.0'\ncreated-by = 'test'\n";

std::string refusal(std::string_view body) {
  const auto lock = parse_pylock(cat(kHead, body));
  return lock ? "" : lock.error().message;
}

std::string wheel(std::string_view name, std::string_view more = "") {
  return cat("{ name = '", name, "', url = 'https://x.test/", name, "', hashes = { sha256 = 'ab' }",
             more, " }");
}

std::string package(std::string_view name, std::string_view wheels, std::string_view more = "") {
  return cat("[[packages]]\nname = '", name, "'\n", more, "\nwheels = [", wheels, "]\n");
}

Target target() {
  Target out;
  out.markers.python_version = "3.12";
  out.markers.python_full_version = "3.12.4";
  out.markers.sys_platform = "linux";
  out.python = *Version::parse("3.12.4");
  out.tags = Tags({{"cp312", "cp312", "linux_x86_64"},
                   {"py3", "none", "linux_x86_64"},
                   {"py3", "none", "any"}});
  return out;
}

/// Names of what is selected, or the error.
std::string selected(std::string_view body, std::set<std::string> extras = {},
                     std::set<std::string> groups = {}) {
  const auto lock = parse_pylock(cat(kHead, body));
  REQUIRE_MESSAGE(lock.has_value(), lock.error().message);
  const auto chosen = select_locked(*lock, target(), extras, groups);
  if (!chosen) return chosen.error().message;
  std::string out;
  for (const LockedPackage* one : *chosen) out += cat(out.empty() ? "" : " ", one->name);
  return out;
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
           "line 6: packages.wheels: a-1.whl is no wheel's name");
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

TEST_CASE("pylock: markers choose, also by extras and groups") {
  const std::string a = wheel("a-1-py3-none-any.whl"), b = wheel("b-1-py3-none-any.whl");
  const auto one = [&](std::string_view marker) {
    return cat("extras = ['x-y', 'z']\ndependency-groups = ['g']\n",
               package("a", a, cat("marker = \"", marker, "\"")), package("b", b));
  };
  CHECK_EQ(selected(one("sys_platform == 'linux'")), "a b");
  CHECK_EQ(selected(one("sys_platform == 'win32'")), "b");
  CHECK_EQ(selected(one("'x-y' in extras")), "b");
  CHECK_EQ(selected(one("'x-y' in extras"), {"x-y"}), "a b");
  CHECK_EQ(selected(one("'X_Y' in extras"), {"x-y"}), "a b");
  CHECK_EQ(selected(one("'x-y' not in extras"), {"x-y"}), "b");
  CHECK_EQ(selected(one("'x-y' not in extras"), {"z"}), "a b");
  CHECK_EQ(selected(one("'g' in dependency_groups"), {}, {"g"}), "a b");
  CHECK_EQ(selected(one("'g' in dependency_groups or 'z' in extras"), {"z"}), "a b");
  CHECK_EQ(selected(one("'g' in dependency_groups and sys_platform == 'win32'"), {}, {"g"}), "b");
  CHECK_EQ(selected(one("extras == 'z'"), {"z"}), "b");
  CHECK_EQ(selected(one("sys_platform == 'linux'"), {"w"}), "the lock has no extra named w");
  CHECK_EQ(selected(one("sys_platform == 'linux'"), {}, {"w"}),
           "the lock has no dependency group named w");
}

TEST_CASE("pylock: what is not for the target is an error") {
  const std::string a = package("a", wheel("a-1-py3-none-any.whl"));
  CHECK_EQ(selected(cat("requires-python = '>=3.13'\n", a)),
           "the lock requires Python >=3.13, but this is Python 3.12.4");
  CHECK_EQ(selected(cat("environments = [\"sys_platform == 'win32'\"]\n", a)),
           "the lock is not for this environment (see its `environments`)");
  CHECK_EQ(selected(package("a", wheel("a-1-py3-none-any.whl"), "requires-python = '<3'")),
           "a requires Python <3, but this is Python 3.12.4");
  CHECK_EQ(selected(cat(a, a)), "a: the entries of lines 3 and 7 both apply here");
}

TEST_CASE("pylock: the wheel that fits best") {
  const auto best = [](std::string_view wheels) {
    const auto lock = parse_pylock(cat(kHead, package("a", wheels)));
    REQUIRE(lock);
    const LockedFile* file = best_locked_wheel(lock->packages[0], target().tags);
    return file ? file->name : "";
  };
  const std::string any = wheel("a-1-py3-none-any.whl"), win = wheel("a-1-py3-none-win32.whl");
  const std::string own = wheel("a-1-cp312-cp312-linux_x86_64.whl");
  CHECK_EQ(best(cat(any, ",", own, ",", win)), "a-1-cp312-cp312-linux_x86_64.whl");
  CHECK_EQ(best(cat(win, ",", any)), "a-1-py3-none-any.whl");
  CHECK_EQ(best(win), "");
  const std::string two = wheel("a-1-2-py3-none-any.whl"), ten = wheel("a-1-10-py3-none-any.whl");
  CHECK_EQ(best(cat(any, ",", ten, ",", two)), "a-1-10-py3-none-any.whl");
}

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
