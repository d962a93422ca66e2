#include "env/link.h"

#include <fcntl.h>

#include "base/file.h"

#include "tests/env/env_fixture.h"

namespace pipit::env {
namespace {

using env_test::World;

struct Cached {
  explicit Cached(World& w, std::uint32_t mode = 0644) : world(w), path(w.at("cached")) {
    world.write("cached", "content", mode);
    note();
  }
  void note() {
    const auto info = base::file_info(path);
    REQUIRE(info);
    manifest.size = (*info)->size;
    manifest.mtime_ns = (*info)->mtime_ns;
  }
  Result<bool> link(LinkMode mode, std::string_view to) {
    const std::string target = world.at(to);
    return Linker(mode).link({AT_FDCWD, "", path.c_str()}, manifest, manifest.executable,
                             {AT_FDCWD, "", target.c_str()});
  }
  bool shared_with(std::string_view to) const {
    struct stat a{}, b{};
    REQUIRE(::lstat(path.c_str(), &a) == 0);
    REQUIRE(::lstat(world.at(to).c_str(), &b) == 0);
    return a.st_ino == b.st_ino;
  }
  World& world;
  std::string path;
  cache::WheelFile manifest;
};

TEST_CASE("link: names of the modes") {
  CHECK(parse_link_mode("auto") == LinkMode::automatic);
  CHECK(parse_link_mode("clone") == LinkMode::reflink);
  CHECK(parse_link_mode("reflink") == LinkMode::reflink);
  CHECK(parse_link_mode("hardlink") == LinkMode::hardlink);
  CHECK(parse_link_mode("copy") == LinkMode::copy);
  CHECK(parse_link_mode("symlink") == LinkMode::symlink);
  CHECK_FALSE(parse_link_mode("automatic"));
  CHECK_FALSE(parse_link_mode(""));
}

TEST_CASE("link: every mode gives the content") {
  World world;
  Cached cached(world, 0666 & ~current_umask());
  REQUIRE(cached.link(LinkMode::copy, "copy"));
  REQUIRE(cached.link(LinkMode::hardlink, "hard"));
  REQUIRE(cached.link(LinkMode::reflink, "clone"));
  REQUIRE(cached.link(LinkMode::automatic, "auto"));
  REQUIRE(cached.link(LinkMode::symlink, "soft"));
  for (const char* name : {"copy", "hard", "clone", "auto", "soft"})
    CHECK_EQ(world.read(world.at(name)), "content");
  CHECK_FALSE(cached.shared_with("copy"));
  CHECK_FALSE(cached.shared_with("clone"));
  CHECK(cached.shared_with("hard"));
  CHECK((*base::file_info(world.at("soft")))->kind == base::FileInfo::Kind::symlink);
}

TEST_CASE("link: another mode than the file shall have is never shared") {
  World world;
  Cached cached(world, 0600);
  REQUIRE(cached.link(LinkMode::hardlink, "plain"));
  CHECK_FALSE(cached.shared_with("plain"));
  CHECK_EQ((*base::file_info(world.at("plain")))->mode, 0666 & ~current_umask());
  cached.manifest.executable = true;
  REQUIRE(cached.link(LinkMode::hardlink, "script"));
  CHECK_EQ((*base::file_info(world.at("script")))->mode, 0777 & ~current_umask());
  CHECK_EQ((*base::file_info(cached.path))->mode, 0600);
}

TEST_CASE("link: a cache file that is not what was noted is refused") {
  World world;
  Cached cached(world);
  const std::string changed = cat(cached.path, ": changed since it was put into the cache");
  ++cached.manifest.size;
  CHECK_EQ(cached.link(LinkMode::copy, "a").error().message, changed);
  cached.note();
  ++cached.manifest.mtime_ns;
  CHECK_EQ(cached.link(LinkMode::copy, "a").error().message, changed);
  cached.note();
  REQUIRE(base::remove_file(cached.path));
  CHECK_FALSE(cached.link(LinkMode::copy, "a"));
  REQUIRE(::symlink("/etc/hostname", cached.path.c_str()) == 0);
  CHECK_EQ(cached.link(LinkMode::copy, "a").error().message, changed);
  CHECK_FALSE(base::exists(world.at("a")));
}

TEST_CASE("link: a copy has the time of the cache file, as a hard link has") {
  World world;
  Cached cached(world);
  const timespec times[2] = {{0, UTIME_OMIT}, {1'000'000'000, 0}};
  REQUIRE(::utimensat(AT_FDCWD, cached.path.c_str(), times, 0) == 0);
  cached.note();
  REQUIRE(cached.link(LinkMode::copy, "copy"));
  REQUIRE(cached.link(LinkMode::reflink, "clone"));
  for (const char* name : {"copy", "clone"})
    CHECK_EQ((*base::file_info(world.at(name)))->mtime_ns, 1'000'000'000'000'000'000);
}

TEST_CASE("link: only what was hard-linked spares the next one a look") {
  World world;
  Cached cached(world, 0666 & ~current_umask());
  Linker linker(LinkMode::hardlink), copier(LinkMode::copy);
  const auto link = [&](Linker& by, const std::string& to, bool like_last) {
    return by.link({AT_FDCWD, "", cached.path.c_str()}, cached.manifest, false,
                   {AT_FDCWD, "", to.c_str()}, like_last);
  };
  CHECK(*link(linker, world.at("a"), false));
  CHECK_FALSE(*link(copier, world.at("b"), true));
  ++cached.manifest.size;  // no look, no difference found
  CHECK(*link(linker, world.at("c"), true));
  CHECK(cached.shared_with("c"));
  CHECK_FALSE(link(linker, world.at("d"), false));
  // What cannot be linked is looked at after all.
  CHECK_FALSE(link(copier, world.at("e"), true));
}

TEST_CASE("link: what is there already is not overwritten") {
  World world;
  Cached cached(world);
  for (const LinkMode mode : {LinkMode::copy, LinkMode::automatic, LinkMode::symlink}) {
    world.write("there", "mine");
    CHECK_FALSE(cached.link(mode, "there"));
    CHECK_EQ(world.read(world.at("there")), "mine");
  }
}

}  // namespace
}  // namespace pipit::env
