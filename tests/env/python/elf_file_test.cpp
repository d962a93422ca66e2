// ELF files, whole and damaged.
#include "env/python/elf_file.h"

#include "tests/env/env_fixture.h"
#include "tests/env/python_tree.h"

namespace pipit {
namespace {

using env_test::made_up_elf;
using env_test::World;

std::optional<env::ElfFile> parsed(const std::string& bytes) {
  return env::read_elf(env::reader_of_bytes(bytes));
}

TEST_CASE("elf: loader, libraries, where they are looked for, and constants") {
  const std::string bytes =
      made_up_elf("/lib/ld.so", "constant", {"liba.so.1", "libb.so"}, "$ORIGIN/../lib:/opt");
  const auto file = parsed(bytes);
  REQUIRE(file);
  CHECK(file->is_64);
  CHECK_EQ(file->loader, "/lib/ld.so");
  CHECK_EQ(file->needed, std::vector<std::string>{"liba.so.1", "libb.so"});
  CHECK_EQ(file->run_paths, std::vector<std::string>{"$ORIGIN/../lib", "/opt"});
  CHECK_EQ(bytes.substr(file->constants, file->constants_size), "constant");
  CHECK_EQ(parsed(made_up_elf("", ""))->loader, "");  // static
}

TEST_CASE("elf: what is none, is cut off or of another kind") {
  CHECK_FALSE(parsed(""));
  CHECK_FALSE(parsed("#!/bin/sh\n"));
  const std::string whole = made_up_elf("/lib/ld.so", "constant", {"liba.so.1"});
  CHECK_FALSE(parsed(whole.substr(0, 40)));
  CHECK_FALSE(parsed(whole.substr(0, 100)));
  CHECK_FALSE(parsed(whole.substr(0, 235)));  // within the loader's name
  // Without a table of sections all of it is looked through.
  const auto cut = parsed(whole.substr(0, whole.size() - 8));
  REQUIRE(cut);
  CHECK_EQ(cut->constants, 0);
  for (const auto& [at, value] :
       {std::pair{4, 3}, std::pair{5, 2}, std::pair{54, 8}, std::pair{57, 1}}) {
    std::string other = whole;
    other[std::size_t(at)] = char(value);
    CHECK_FALSE_MESSAGE(parsed(other), at);
  }
}

TEST_CASE("elf: damage anywhere is survived") {
  const std::string whole = made_up_elf("/lib/ld.so", "constant", {"liba.so.1"}, "/opt");
  for (std::size_t at = 0; at < whole.size(); ++at) {
    std::string other = whole;
    other[at] = '\xff';
    (void)parsed(other);
  }
}

TEST_CASE("elf: constants come in pieces that overlap") {
  env::ElfFile file;
  const std::string bytes(75u << 10, 'x');
  file.constants_size = bytes.size();
  std::size_t pieces = 0, seen = 0;
  env::for_constants(file, env::reader_of_bytes(bytes), 64, [&](std::string_view piece) {
    seen += piece.size() - (pieces++ == 0 ? 0 : 64);
    return false;
  });
  CHECK_EQ(seen, bytes.size());
  CHECK_EQ(pieces, 3);
  pieces = 0;
  env::for_constants(file, env::reader_of_bytes(bytes), 64,
                     [&](std::string_view) { return ++pieces == 1; });
  CHECK_EQ(pieces, 1);
}

TEST_CASE("elf: only regular files are read") {
  World world;
  world.write("f", "abc");
  CHECK_EQ(env::reader_of_file(world.at("f"))(1, 10), "bc");
  CHECK_EQ(env::reader_of_file(world.at("f"))(3, 10), "");
  CHECK_EQ(env::reader_of_file(world.at("gone"))(0, 10), "");
  CHECK_EQ(env::reader_of_file("/dev/zero")(0, 10), "");
  REQUIRE(::mkfifo(world.at("fifo").c_str(), 0600) == 0);
  CHECK_EQ(env::reader_of_file(world.at("fifo"))(0, 10), "");
}

}  // namespace
}  // namespace pipit
