#include "archive/zip_ledger.h"

#include <doctest/doctest.h>

#include <string>

namespace pipit::archive {
namespace {

ZipEntry entry_of(std::string name, std::uint64_t offset = 0, std::uint64_t size = 10) {
  ZipEntry out;
  out.directory = name.ends_with('/');
  out.name = std::move(name);
  out.size = out.compressed_size = size;
  out.crc32 = 7;
  out.header_offset = offset;
  return out;
}

std::string refusal(const Result<void>& done) { return done ? "" : done.error().message; }

}  // namespace

TEST_CASE("zip ledger: names are new, and no file is a directory too") {
  struct Row {
    const char *first, *second;
    bool fine;
  };
  for (const Row& row : {Row{"a", "b", true},
                         {"a", "a", false},
                         {"a/", "a/b", true},
                         {"a/", "a/", false},
                         {"a/b", "a/c", true},
                         {"a/b", "a/", true},
                         {"a", "a/b", false},
                         {"a/b", "a", false},
                         {"a/b/c", "a/b", false},
                         {"a/b/c", "a/bc", true}}) {
    CAPTURE(row.first);
    CAPTURE(row.second);
    ZipLedger ledger{ZipLimits{}};
    REQUIRE(ledger.add_local(entry_of(row.first)));
    CHECK_EQ(ledger.add_local(entry_of(row.second, 100)).has_value(), row.fine);
  }
}

TEST_CASE("zip ledger: where files may be there again they are marked, and directories may not") {
  ZipLedger ledger{ZipLimits{.repeated_files = true}};
  REQUIRE(ledger.add_local(entry_of("a")));
  CHECK_FALSE(ledger.last().repeated);
  REQUIRE(ledger.add_local(entry_of("a", 100)));
  CHECK(ledger.last().repeated);
  REQUIRE(ledger.add_local(entry_of("d/", 200)));
  for (const char* name : {"d/", "a/", "a/b", "d"})
    CHECK_FALSE(ledger.add_local(entry_of(name, 300)));
}

TEST_CASE("zip ledger: a member that the directory describes otherwise is refused") {
  for (const auto& change :
       {+[](ZipEntry& e) { e.size = 11; }, +[](ZipEntry& e) { e.crc32 = 8; },
        +[](ZipEntry& e) { e.compressed_size = 9; }, +[](ZipEntry& e) { e.method = kZipDeflated; },
        +[](ZipEntry& e) { e.header_offset = 100; }, +[](ZipEntry& e) { e.name = "c"; }}) {
    ZipLedger ledger{ZipLimits{}};
    REQUIRE(ledger.add_local(entry_of("a")));
    ZipEntry other = entry_of("a");
    change(other);
    CHECK_NE(refusal(ledger.add_central(other)), "");
  }
}

TEST_CASE("zip ledger: the books balance when each member was met once and nothing is left") {
  ZipLedger ledger{ZipLimits{}};
  REQUIRE(ledger.add_local(entry_of("a")));
  REQUIRE(ledger.add_local(entry_of("b", 100)));
  ZipEntry executable = entry_of("a");
  executable.executable = true;
  CHECK_EQ(refusal(ledger.add_central(executable)), "");
  CHECK(ledger.entries()[0].executable);
  CHECK_EQ(refusal(ledger.add_central(executable)), "a: is in the central directory twice");
  CHECK_NE(refusal(ledger.check_end({1, 50, 200, 0}, 200, 50)), "");
  CHECK_EQ(refusal(ledger.add_central(entry_of("b", 100))), "");
  CHECK_EQ(refusal(ledger.check_end({2, 50, 200, 0}, 200, 50)), "");
  CHECK_NE(refusal(ledger.check_end({2, 51, 200, 0}, 200, 50)), "");
  CHECK_NE(refusal(ledger.check_end({2, 50, 201, 0}, 200, 50)), "");
  CHECK_NE(refusal(ledger.check_end({3, 50, 200, 0}, 200, 50)), "");
}

TEST_CASE("zip ledger: limits of members and of bytes") {
  ZipLimits limits;
  limits.entries = 2;
  limits.member_bytes = 100;
  limits.inflated_bytes = 150;
  ZipLedger ledger(limits);
  CHECK_NE(refusal(ledger.add_local(entry_of("large", 0, 101))), "");
  ZipLedger other(limits);
  REQUIRE(other.add_local(entry_of("a", 0, 100)));
  REQUIRE(other.add_inflated(100));
  REQUIRE(other.add_local(entry_of("b", 100, 50)));
  REQUIRE(other.add_inflated(50));
  CHECK_NE(refusal(other.add_inflated(1)), "");
  CHECK_NE(refusal(other.add_local(entry_of("c", 200, 1))), "");
  CHECK_EQ(other.take_entries().size(), 2);
}

}  // namespace pipit::archive
