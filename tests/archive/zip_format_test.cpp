#include "archive/zip_format.h"

#include <doctest/doctest.h>

#include <string>

#include "tests/archive/zip_maker.h"

namespace pipit::archive {

TEST_CASE("zip format: numbers lie with their lowest byte first") {
  const std::string bytes = "\x01\x02\x03\x04\x05\x06\x07\xf8\xff";
  CHECK_EQ(little16(bytes, 0), 0x0201);
  CHECK_EQ(little32(bytes, 1), 0x05040302u);
  CHECK_EQ(little64(bytes, 0), 0xf807060504030201u);
  CHECK_EQ(little16(bytes, 7), 0xfff8);
}

TEST_CASE("zip format: names that stay inside and mean one file everywhere") {
  for (std::string_view name :
       {"a", "a/b.py", "a/", "\xc3\xa4/b", "a b", "...", "a/..b", "a.", "-x"}) {
    CAPTURE(name);
    CHECK_EQ(zip_name_fault(name), nullptr);
  }
  for (std::string_view name : {"", "/", "/a", "a//b", "a/../b", "..", "./a", "a/.", "a\\b", "C:a",
                                "c:/a", "a\nb", "a\x7f", "\xff", "a//"}) {
    CAPTURE(name);
    CHECK_NE(zip_name_fault(name), nullptr);
  }
  CHECK_NE(zip_name_fault(std::string(4097, 'a')), nullptr);
  CHECK_NE(zip_name_fault(std::string_view("a\0b", 3)), nullptr);
  std::string deep;
  for (int i = 0; i < 100; ++i) deep += "a/";
  CHECK_NE(zip_name_fault(deep), nullptr);
}

TEST_CASE("zip format: both headers of a member") {
  const test::BuiltZip built =
      test::ZipMaker().add({.name = "x/y", .content = "content", .mode = 0100755}).build();
  const std::string_view bytes = built.bytes;
  const std::size_t length = local_length(bytes.substr(built.local[0], kLocalFixed));
  CHECK_EQ(length, kLocalFixed + 3);
  const auto local = parse_local(bytes.substr(built.local[0], length));
  REQUIRE(local);
  CHECK_EQ(local->name, "x/y");
  CHECK_EQ(local->size, 7);
  CHECK_EQ(local->method, kZipDeflated);
  CHECK(local->sizes_known);
  CHECK_FALSE(local->executable);
  const std::size_t central = central_length(bytes.substr(built.central[0], kCentralFixed));
  const auto entry = parse_central(bytes.substr(built.central[0], central));
  REQUIRE(entry);
  CHECK_EQ(entry->size, 7);
  CHECK_EQ(entry->crc32, local->crc32);
  CHECK_EQ(entry->header_offset, 0);
  CHECK(entry->executable);
}

TEST_CASE("zip format: a descriptor with and without its signature") {
  ZipEntry member;
  member.crc32 = 0x11223344, member.compressed_size = 5, member.size = 9;
  std::string plain;
  test::put(plain, 0x11223344, 4), test::put(plain, 5, 4), test::put(plain, 9, 4);
  std::string marked;
  test::put(marked, kDescriptorSignature, 4);
  marked += plain;
  CHECK_EQ(descriptor_length(marked, member), 16);
  CHECK_EQ(descriptor_length(plain + "PK\3\4", member), 12);
  member.size = 8;
  CHECK_EQ(descriptor_length(marked, member), 0);
  CHECK_EQ(descriptor_length("", member), 0);
  member.zip64 = true, member.size = 9;
  std::string wide;
  test::put(wide, kDescriptorSignature, 4), test::put(wide, 0x11223344, 4);
  test::put(wide, 5, 8), test::put(wide, 9, 8);
  CHECK_EQ(descriptor_length(wide, member), 24);
  CHECK_EQ(max_descriptor(member), 24);
}

TEST_CASE("zip format: the end record") {
  test::ZipMaker maker;
  maker.add("a", "b").comment = "said";
  const test::BuiltZip built = maker.build();
  const auto end = parse_end(std::string_view(built.bytes).substr(built.end, kEndFixed));
  REQUIRE(end);
  CHECK_EQ(end->entries, 1);
  CHECK_EQ(end->directory_offset, built.directory);
  CHECK_EQ(end->directory_size, built.end - built.directory);
  CHECK_EQ(end->comment_length, 4);
  std::string split = built.bytes.substr(built.end, kEndFixed);
  test::poke(split, 4, 1, 2);  // on the second disk
  CHECK_FALSE(parse_end(split));
}

TEST_CASE("zip format: a member's time") {
  const auto at = [](int year, int month, int day, int hour = 0, int minute = 0, int second = 0) {
    return zip_time(static_cast<std::uint16_t>((year - 1980) << 9 | month << 5 | day),
                    static_cast<std::uint16_t>(hour << 11 | minute << 5 | second / 2));
  };
  CHECK_EQ(at(2020, 2, 2), 1580601600);
  CHECK_EQ(at(2024, 2, 29, 23, 59, 58), 1709251198);
  constexpr std::int64_t kFirst = 315619200, kLast = 2145916799;
  CHECK_EQ(at(1980, 1, 2), kFirst);
  CHECK_EQ(at(1980, 1, 1), kFirst);
  CHECK_EQ(zip_time(0, 0), kFirst);  // what writers without a clock put there
  CHECK_EQ(at(2023, 2, 29), kFirst);
  CHECK_EQ(at(2023, 13, 1), kFirst);
  CHECK_EQ(at(2023, 1, 1, 24), kFirst);
  CHECK_EQ(at(2023, 1, 1, 0, 60), kFirst);
  CHECK_EQ(at(2037, 12, 31, 23, 59, 58), kLast - 1);
  CHECK_EQ(at(2038, 1, 1), kLast);
  CHECK_EQ(zip_time(0xffff, 0), kFirst);
  CHECK_EQ(at(2107, 12, 31), kLast);
}

}  // namespace pipit::archive
