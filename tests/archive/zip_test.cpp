#include "archive/zip.h"

#include <doctest/doctest.h>

#include <memory>
#include <string>

#include "tests/archive/zip_maker.h"

namespace pipit::archive {
namespace {

std::shared_ptr<ByteSource> source_of(std::string bytes) {
  return std::make_shared<MemorySource>(std::move(bytes));
}

test::ZipMaker two_members() {
  return test::ZipMaker().add("a.txt", "aaaa").add({.name = "dir/b", .content = "bb", .method = 0});
}

}  // namespace

TEST_CASE("zip by random access: members are found and extracted") {
  const test::BuiltZip built = two_members().build();
  for (const bool whole : {true, false}) {
    const auto zip = whole ? Zip::open(source_of(built.bytes), "t.zip")
                           : Zip::open_directory(source_of(built.bytes), "t.zip");
    REQUIRE(zip);
    CHECK_EQ(zip->archive(), "t.zip");
    CHECK_EQ(zip->entries().size(), 2);
    CHECK_EQ(zip->directory_offset(), built.directory);
    CHECK_FALSE(zip->find("b"));
    REQUIRE(zip->find("dir/b"));
    CHECK_EQ(*zip->extract(*zip->find("dir/b"), 2), "bb");
    CHECK_EQ(*zip->extract(*zip->find("a.txt"), 4), "aaaa");
    std::string pieces;
    REQUIRE(zip->extract_to(*zip->find("a.txt"), [&](std::string_view bytes) -> Result<void> {
      pieces += bytes;
      return {};
    }));
    CHECK_EQ(pieces, "aaaa");
  }
}

TEST_CASE("zip by random access: a member larger than allowed is not begun") {
  const auto zip = Zip::open(source_of(two_members().bytes()), "t.zip");
  REQUIRE(zip);
  const auto text = zip->extract(*zip->find("a.txt"), 3);
  REQUIRE_FALSE(text);
  CHECK_EQ(text.error().code, Code::bad_archive);
  CHECK(text.error().message.starts_with("t.zip: a.txt: "));
}

TEST_CASE("zip by random access: who receives the content ends it") {
  const std::string content = test::noise(300'000);
  const auto zip = Zip::open(source_of(test::ZipMaker().add("a", content).bytes()), "t.zip");
  REQUIRE(zip);
  std::size_t got = 0;
  const auto end = zip->extract_to(*zip->find("a"), [&](std::string_view bytes) -> Result<void> {
    got += bytes.size();
    return fail(Code::no_space, "full");
  });
  CHECK_EQ(end.error().code, Code::no_space);
  CHECK_LT(got, content.size());
}

TEST_CASE("zip by random access: wrong checksums are found when a member is extracted") {
  test::BuiltZip built = two_members().build();
  built.bytes[built.data[1]] = 'x';
  const auto zip = Zip::open(source_of(built.bytes), "t.zip");
  REQUIRE(zip);
  CHECK(zip->extract(*zip->find("a.txt"), 100));
  CHECK_EQ(zip->extract(*zip->find("dir/b"), 100).error().message, "t.zip: dir/b: wrong checksum");
}

TEST_CASE("zip by random access: the directory alone is enough for a part of the file") {
  // The first member's bytes are not there: only asking for them fails.
  test::BuiltZip built = two_members().build();
  std::fill(built.bytes.begin(), built.bytes.begin() + static_cast<long>(built.local[1]), '\0');
  CHECK_FALSE(Zip::open(source_of(built.bytes), "t.zip"));
  const auto zip = Zip::open_directory(source_of(built.bytes), "t.zip");
  REQUIRE(zip);
  CHECK_EQ(*zip->extract(*zip->find("dir/b"), 100), "bb");
  CHECK_FALSE(zip->extract(*zip->find("a.txt"), 100));
}

TEST_CASE("zip by random access: more members than allowed") {
  ZipLimits limits;
  limits.entries = 1;
  CHECK_FALSE(Zip::open(source_of(two_members().bytes()), "t.zip", limits));
  limits.entries = 2;
  CHECK(Zip::open(source_of(two_members().bytes()), "t.zip", limits));
  limits.directory_bytes = 10;
  CHECK_FALSE(Zip::open(source_of(two_members().bytes()), "t.zip", limits));
}

}  // namespace pipit::archive
