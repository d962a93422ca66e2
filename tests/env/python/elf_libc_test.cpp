#include "env/python/elf_libc.h"

#include "tests/env/env_fixture.h"
#include "tests/env/python_tree.h"

namespace pipit {
namespace {

using env_test::made_up_elf;
using env_test::World;

TEST_CASE("libc: read from the files themselves") {
  const auto glibc =
      env::glibc_in("junk GNU C Library (Debian GLIBC 2.36-9) stable release version 2.36.\n");
  REQUIRE(glibc);
  CHECK_EQ(glibc->minor, 36);
  CHECK_FALSE(env::glibc_in("version 2.36"));
  const std::string musl(
      "x\0musl libc (x86_64)\0"
      "1.2.5\0rest",
      31);  // with the NULs inside
  const auto found = env::musl_in(musl);
  REQUIRE(found);
  CHECK_EQ(found->major, 1);
  CHECK_EQ(found->minor, 2);
}

TEST_CASE("libc: versions are numbers within reason") {
  CHECK_FALSE(env::glibc_in("GNU C Library (x) stable release"));
  CHECK_FALSE(env::glibc_in("GNU C Library (x) version x.y"));
  CHECK_FALSE(env::glibc_in("GNU C Library (x) version 2"));
  CHECK_FALSE(env::glibc_in("GNU C Library (x) version 100.1"));
  using namespace std::string_literals;
  CHECK_FALSE(
      env::musl_in("\0"
                   "1.2.5\0"s));
  CHECK_FALSE(
      env::musl_in("musl libc \0"
                   "1.2\0"
                   "1.x\0"s));
  CHECK_EQ(env::musl_in("musl libc\0"
                        "1.rest of a text\0"
                        "1.1.24\0"s)
               ->minor,
           1);
}

TEST_CASE("libc: of an executable on disk, by the loader's own files") {
  World world;
  using namespace std::string_literals;
  world.write("lib/libc.so.6", "GNU C Library (made up) stable release version 2.31.");
  world.write("lib/ld-linux.so.2", "");
  world.write("python", made_up_elf(world.at("lib/ld-linux.so.2"), ""));
  auto found = env::libc_of(world.at("python"));
  REQUIRE(found);
  CHECK(found->kind == env::Libc::Kind::glibc);
  CHECK_EQ(found->minor, 31);
  world.write("lib/ld-musl-x86_64.so.1",
              "musl libc\0"
              "1.2.5\0"s);
  world.write("python", made_up_elf(world.at("lib/ld-musl-x86_64.so.1"), ""));
  found = env::libc_of(world.at("python"));
  REQUIRE(found);
  CHECK(found->kind == env::Libc::Kind::musl);
  CHECK_EQ(found->minor, 2);
  world.write("python", made_up_elf(world.at("gone/ld-linux.so.2"), ""));
  CHECK_FALSE(env::libc_of(world.at("python")));
  CHECK_FALSE(env::libc_of(world.at("nothing")));
  world.write("script", "#!/bin/sh\n");
  CHECK_FALSE(env::libc_of(world.at("script")));
}

}  // namespace
}  // namespace pipit
