#include "distribution/git/modules.h"

#include <doctest/doctest.h>

#include "base/text.h"

namespace pipit::distribution {
namespace {

std::string located(std::string_view url, std::string_view parent) {
  const auto place = locate_module(url, parent);
  if (!place) return "none";
  return place->remote == place->url ? place->url : cat(place->remote, " ", place->url);
}

TEST_CASE("git modules: what the file says") {
  using namespace std::string_literals;
  const auto modules = parse_git_modules(
      "submodule.a.path\nlibs/a\0submodule.a.url\n../a.git\0submodule.b.c.url\nhttps://h/b\0"
      "core.bare\ntrue\0submodule.b.c.path\nb\0submodule.b.c.update\nnone\0submodule.x.path\nx\0"
      "submodule.url\nz\0submodule.y.url\0\0"s);
  REQUIRE(modules.has_value());
  REQUIRE(modules->size() == 2);
  CHECK((*modules)[0].name == "a");
  CHECK((*modules)[0].path == "libs/a");
  CHECK((*modules)[0].url == "../a.git");
  CHECK((*modules)[0].update);
  CHECK((*modules)[1].name == "b.c");
  CHECK_FALSE((*modules)[1].update);
}

TEST_CASE("git modules: a path is inside the project, and not git's") {
  for (const char* path : {"../x", "a/../../x", "/etc", ".git/hooks", "a/.GIT/x", "a//b", "./a",
                           "--upload-pack", "a\x01"}) {
    const std::string output = cat("submodule.m.path\n", path, std::string_view("\0", 1),
                                   "submodule.m.url\nhttps://h/m", std::string_view("\0", 1));
    INFO(path);
    const auto modules = parse_git_modules(output);
    REQUIRE_FALSE(modules.has_value());
    CHECK(modules.error().code == Code::bad_archive);
  }
  std::string many;
  for (int i = 0; i < 1500; ++i)
    many += cat("submodule.m", i, ".path\nm", i, std::string_view("\0", 1));
  CHECK_FALSE(parse_git_modules(many).has_value());
}

TEST_CASE("git modules: where their repositories are") {
  const std::string_view https = "https://h.org/o/r.git", ssh = "ssh://git@h.org/o/r",
                         file = "file:///s/r";
  CHECK(located("../m.git", https) == "https://h.org/o/m.git");
  CHECK(located("../m.git", "https://h.org/o/r.git/") == "https://h.org/o/m.git");
  CHECK(located("./m", https) == "https://h.org/o/r.git/m");
  CHECK(located("../../x/m", https) == "https://h.org/x/m");
  CHECK(located("../../../m", https) == "none");
  CHECK(located("../m", ssh) == "ssh://git@h.org/o/m");
  CHECK(located("../m", file) == "file:///s/m");
  CHECK(located("../m", "git@h.org:o/r.git") == "git@h.org:o/m ssh://git@h.org/o/m");
  CHECK(located("../../m", "git@h.org:o/r.git") == "git@h.org:m ssh://git@h.org/m");
  CHECK(located("git@h.org:o/m.git", https) == "git@h.org:o/m.git ssh://git@h.org/o/m.git");
  CHECK(located("h.org:/m", https) == "h.org:/m ssh://h.org/m");
  CHECK(located("https://h.org/@scope/m#x", https) == "https://h.org/%40scope/m");
  CHECK(located("git://h.org/m", https) == "git://h.org/m");
  CHECK(located("file:///s/m", file) == "file:///s/m");
  for (const char* url : {"file:///s/m", "/s/m", "m", "ext::sh -c x", "ext://x", "-oProxy:x",
                          "git@-oProxy:x", "h:-x", "ftp://h/m", "https://h b/m", "fd::17/x", ""}) {
    INFO(url);
    CHECK(located(url, https) == "none");
  }
  CHECK(located("/s/m", file) == "none");
}

}  // namespace
}  // namespace pipit::distribution
