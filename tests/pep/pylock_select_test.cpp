#include "pep/pylock_select.h"

#include <doctest/doctest.h>

#include <set>
#include <string>

#include "base/text.h"
#include "tests/pep/lock_text.h"

namespace pipit::pep {
using test::kHead;
using test::package;
using test::wheel;

namespace {

Target linux_target() {
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
  const auto chosen = select_locked(*lock, linux_target(), extras, groups);
  if (!chosen) return chosen.error().message;
  std::string out;
  for (const LockedPackage* one : *chosen) out += cat(out.empty() ? "" : " ", one->name);
  return out;
}

}  // namespace

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
    const LockedFile* file = best_locked_wheel(lock->packages[0], linux_target().tags);
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

}  // namespace pipit::pep
