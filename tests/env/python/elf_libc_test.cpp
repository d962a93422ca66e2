#include "env/python/elf_libc.h"

#include "tests/env/env_fixture.h"

namespace pipit {
namespace {

using env_test::World;

TEST_CASE("libc: read from the files themselves") {
  CHECK_FALSE(env::elf_loader(""));
  CHECK_FALSE(env::elf_loader("#!/bin/sh\n"));
  CHECK_FALSE(env::elf_loader(std::string("\x7f"
                                          "ELF\2\1\1") +
                              std::string(20, '\xff')));
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

/// An ELF file of 64 bits with one program header, which names a loader.
std::string elf64(std::string_view loader, std::uint32_t type = 3) {
  std::string file(64 + 56, '\0');
  file.replace(0, 7,
               "\x7f"
               "ELF\2\1\1");
  const auto put = [&](std::size_t at, std::uint64_t value, int bytes) {
    for (int i = 0; i < bytes; ++i) file[at + std::size_t(i)] = char(value >> (8 * i));
  };
  put(32, 64, 8);               // e_phoff
  put(56, 1, 2);                // e_phnum
  put(64, type, 4);             // p_type: PT_INTERP
  put(64 + 8, file.size(), 8);  // p_offset
  put(64 + 32, loader.size() + 1, 8);
  return cat(file, loader, std::string(1, '\0'));
}

TEST_CASE("libc: the loader an executable names") {
  CHECK_EQ(env::elf_loader(elf64("/lib64/ld-linux-x86-64.so.2")), "/lib64/ld-linux-x86-64.so.2");
  CHECK_FALSE(env::elf_loader(elf64("/lib64/ld.so", 1)));  // static: a segment, but no loader
  const std::string whole = elf64("/lib/ld-musl-x86_64.so.1");
  CHECK_FALSE(env::elf_loader(whole.substr(0, whole.size() - 8)));
  CHECK_FALSE(env::elf_loader(whole.substr(0, 80)));
  CHECK_FALSE(env::elf_loader(whole.substr(0, 40)));
  std::string other = whole;
  other[4] = 3;  // neither of 32 nor of 64 bits
  CHECK_FALSE(env::elf_loader(other));
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
  world.write("python", elf64(world.at("lib/ld-linux.so.2")));
  auto found = env::libc_of(world.at("python"));
  REQUIRE(found);
  CHECK(found->kind == env::Libc::Kind::glibc);
  CHECK_EQ(found->minor, 31);
  world.write("lib/ld-musl-x86_64.so.1",
              "musl libc\0"
              "1.2.5\0"s);
  world.write("python", elf64(world.at("lib/ld-musl-x86_64.so.1")));
  found = env::libc_of(world.at("python"));
  REQUIRE(found);
  CHECK(found->kind == env::Libc::Kind::musl);
  CHECK_EQ(found->minor, 2);
  world.write("python", elf64(world.at("gone/ld-linux.so.2")));
  CHECK_FALSE(env::libc_of(world.at("python")));
  CHECK_FALSE(env::libc_of(world.at("nothing")));
  world.write("script", "#!/bin/sh\n");
  CHECK_FALSE(env::libc_of(world.at("script")));
}

}  // namespace
}  // namespace pipit
