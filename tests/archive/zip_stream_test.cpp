#include "archive/zip_stream.h"

#include <doctest/doctest.h>

#include <functional>
#include <map>
#include <memory>

#include "archive/byte_source.h"
#include "archive/zip.h"
#include "tests/archive/zip_maker.h"

namespace pipit::archive {
namespace {

using test::BuiltZip;
using test::poke;
using test::ZipMaker;
using test::ZipMember;

using Contents = std::map<std::string, std::string>;

MemoryLease plenty() {
  return [](std::uint64_t) { return std::make_shared<int>(0); };
}

ZipSink sink_into(Contents& contents) {
  auto name = std::make_shared<std::string>();
  return ZipSink{
      [&contents, name](const ZipEntry& entry) -> Result<Take> {
        *name = entry.name;
        contents[entry.name];
        return Take::content;
      },
      [&contents, name](std::string_view piece) -> Result<void> {
        contents[*name] += piece;
        return {};
      },
      [](const ZipEntry&) -> Result<void> { return {}; },
  };
}

Result<Contents> stream_in_pieces(const std::string& bytes, std::size_t piece,
                                  MemoryLease lease = plenty()) {
  Contents contents;
  ZipStream zip("t.zip", sink_into(contents), std::move(lease));
  for (std::size_t at = 0; at < bytes.size(); at += piece)
    PIPIT_TRY(zip.feed(std::string_view(bytes).substr(at, piece)));
  PIPIT_TRY(zip.finish());
  return contents;
}

Result<Contents> read_at_random(const std::string& bytes) {
  PIPIT_TRY(Zip zip, Zip::open(std::make_shared<MemorySource>(bytes), "t.zip"));
  Contents contents;
  for (const ZipEntry& entry : zip.entries()) {
    PIPIT_TRY(contents[entry.name], zip.extract(entry, 1u << 30));
  }
  return contents;
}

std::string big() { return test::noise(300'000) + std::string(3'000'000, 'x'); }

std::string repeated_sizes(std::uint64_t size) {
  std::string extra("\1\0\x10\0", 4);
  test::put(extra, size, 8);
  test::put(extra, size, 8);
  return extra;
}

struct GoodRow {
  const char* what;
  ZipMaker zip;
};

std::vector<GoodRow> good_rows() {
  std::string empty_extra("\x99\x99\x02\x00zz", 6);
  return {
      {"nothing", ZipMaker{}},
      {"a deflated file", ZipMaker{}.add("a.txt", "hello")},
      {"an empty file", ZipMaker{}.add("a.txt", "")},
      {"stored files", ZipMaker{}
                           .add({.name = "a", .content = "aaa", .method = 0})
                           .add({.name = "b", .content = "", .method = 0})},
      {"a large member", ZipMaker{}.add("big", big()).add("small", "s")},
      {"data descriptors",
       ZipMaker{}.add({.name = "a", .content = "aaaa", .descriptor = true}).add("b", "bb")},
      {"a data descriptor without signature",
       ZipMaker{}
           .add({.name = "a", .content = "aaaa", .descriptor = true, .descriptor_signature = false})
           .add("b", "b")},
      {"a last member with data descriptor",
       ZipMaker{}.add({.name = "a", .content = big(), .descriptor = true})},
      {"force_zip64",
       ZipMaker{}.add({.name = "a", .content = "aaaa", .zip64 = true}).add("b", "b")},
      {"force_zip64 with data descriptor",
       ZipMaker{}
           .add({.name = "a", .content = "aaaa", .descriptor = true, .zip64 = true})
           .add("b", "b")},
      {"directories", ZipMaker{}
                          .add({.name = "d/", .method = 0, .mode = 040755})
                          .add("d/a", "a")
                          .add({.name = "e/f/", .method = 0, .mode = 040755})},
      {"a directory after its file",
       ZipMaker{}.add("d/a", "a").add({.name = "d/", .method = 0, .mode = 040755})},
      {"names that differ in case", ZipMaker{}.add("Readme", "1").add("README", "2")},
      {"names that are no ASCII", ZipMaker{}.add("d/\xc3\xa9.py", "1")},
      {"extra fields and comments",
       ZipMaker{}.add({.name = "a", .content = "a", .extra = empty_extra, .comment = "what"})},
      {"64-bit sizes that only repeat",
       ZipMaker{}.add({.name = "a", .content = "xx", .method = 0, .extra = repeated_sizes(2)})},
      {"mode 0", ZipMaker{}.add({.name = "a", .content = "a", .mode = 0})},
  };
}

TEST_CASE("zip: good archives give the same contents to both readers, in pieces of any size") {
  for (const GoodRow& row : good_rows()) {
    CAPTURE(row.what);
    std::string bytes = row.zip.bytes();
    auto random = read_at_random(bytes);
    REQUIRE_MESSAGE(random.has_value(), random.error().message);
    for (std::size_t piece : {std::size_t{1}, std::size_t{7}, std::size_t{4096}, bytes.size()}) {
      if (piece == 1 && bytes.size() > 100'000) continue;
      auto streamed = stream_in_pieces(bytes, piece);
      REQUIRE_MESSAGE(streamed.has_value(), streamed.error().message);
      CHECK(*streamed == *random);
    }
    auto without_memory = stream_in_pieces(bytes, 1000, nullptr);
    REQUIRE(without_memory.has_value());
    CHECK(*without_memory == *random);
  }
}

TEST_CASE("zip: a comment and 64-bit end records are fine") {
  ZipMaker maker;
  maker.add("a", "1").comment = "a comment PK";
  CHECK(stream_in_pieces(maker.bytes(), 3).has_value());
  CHECK(read_at_random(maker.bytes()).has_value());
  maker.zip64_end = true;
  CHECK(stream_in_pieces(maker.bytes(), 3).has_value());
  CHECK(read_at_random(maker.bytes()).has_value());
}

TEST_CASE("zip: only the x bit of a mode is taken") {
  ZipMaker maker;
  maker.add({.name = "run", .content = "x", .mode = 0104755})
      .add({.name = "plain", .content = "x", .mode = 0100666});
  Contents contents;
  ZipStream stream("t.zip", sink_into(contents), nullptr);
  REQUIRE(stream.feed(maker.bytes()).has_value());
  REQUIRE(stream.finish().has_value());
  CHECK(stream.entries()[0].executable);
  CHECK_FALSE(stream.entries()[1].executable);
}

struct BadRow {
  const char* what;
  std::function<std::string()> bytes;
  const char* message;                   // of the stream
  const char* random_message = nullptr;  // when the other reader says it in other words
};

BuiltZip two() { return ZipMaker{}.add("a", "hello hello hello").add("b", "world").build(); }

std::string poked(std::size_t BuiltZip::* base, std::size_t delta, std::uint64_t value, int width) {
  BuiltZip zip = two();
  poke(zip.bytes, zip.*base + delta, value, width);
  return zip.bytes;
}
std::string poked_local(std::size_t delta, std::uint64_t value, int width) {
  BuiltZip zip = two();
  poke(zip.bytes, zip.local[1] + delta, value, width);
  return zip.bytes;
}
std::string poked_central(std::size_t delta, std::uint64_t value, int width) {
  BuiltZip zip = two();
  poke(zip.bytes, zip.central[1] + delta, value, width);
  return zip.bytes;
}
std::string poked_both(std::size_t delta, std::uint64_t value, int width) {
  BuiltZip zip = two();
  poke(zip.bytes, zip.local[1] + delta, value, width);
  poke(zip.bytes, zip.central[1] + delta + 2, value, width);
  return zip.bytes;
}
std::string named(std::string name) {
  return ZipMaker{}.add("first", "1").add(std::move(name), "x").bytes();
}

std::vector<BadRow> bad_names() {
  return {
      {"traversal", [] { return named("../x"); }, "../x: path leads out of the archive"},
      {"traversal inside", [] { return named("a/../../x"); }, "path leads out of the archive"},
      {"absolute", [] { return named("/etc/passwd"); }, "absolute path"},
      {"drive letter", [] { return named("C:x"); }, "path with a drive letter"},
      {"backslash", [] { return named("a\\..\\x"); }, "backslash in its name"},
      {"NUL", [] { return named(std::string("a\0b", 3)); },
       "a\\x00b: control character in its name"},
      {"escape", [] { return named("a\x1b[2J"); }, "control character in its name"},
      {"no UTF-8", [] { return named("a\xff"); }, "name is not UTF-8"},
      {"dot", [] { return named("./a"); }, "path with an empty component"},
      {"empty component", [] { return named("a//b"); }, "path with an empty component"},
      {"no name", [] { return named(""); }, "a member without a name"},
      {"long name", [] { return named(std::string(5000, 'n')); }, "name is too long"},
      {"deep",
       [] {
         std::string name;
         for (int i = 0; i < 80; ++i) name += "d/";
         return named(name + "x");
       },
       "nested too deep"},
      {"twice", [] { return ZipMaker{}.add("a", "1").add("a", "1").bytes(); }, "a: is there twice"},
      {"directory twice",
       [] {
         return ZipMaker{}
             .add({.name = "d/", .method = 0, .mode = 0})
             .add({.name = "d/", .method = 0, .mode = 0})
             .bytes();
       },
       "d: is there twice"},
      {"file and directory",
       [] { return ZipMaker{}.add("a", "1").add({.name = "a/", .method = 0, .mode = 0}).bytes(); },
       "a: is both a file and a directory"},
      {"directory and file", [] { return ZipMaker{}.add("a/b", "1").add("a", "1").bytes(); },
       "a: is both a file and a directory"},
      {"file in a file", [] { return ZipMaker{}.add("a", "1").add("a/b", "1").bytes(); },
       "a/b: lies in a, which is a file"},
  };
}

std::vector<BadRow> bad_members() {
  return {
      {"symlink",
       [] { return ZipMaker{}.add({.name = "a", .content = "b", .mode = 0120777}).bytes(); },
       "a: is not a regular file"},
      {"device",
       [] { return ZipMaker{}.add({.name = "a", .content = "", .mode = 0020666}).bytes(); },
       "a: is not a regular file"},
      {"directory without slash",
       [] { return ZipMaker{}.add({.name = "a", .content = "", .mode = 0040755}).bytes(); },
       "a: is not a regular file"},
      {"directory with content",
       [] {
         return ZipMaker{}.add({.name = "d/", .content = "x", .method = 0, .mode = 0}).bytes();
       },
       "is a directory with content"},
      {"encrypted", [] { return poked_both(6, 0x801, 2); }, "b: is encrypted"},
      {"masked", [] { return poked_both(6, 0x2800, 2); }, "b: is encrypted"},
      {"patched", [] { return poked_both(6, 0x820, 2); }, "b: is patched data"},
      {"bzip2", [] { return poked_both(8, 12, 2); },
       "b: compression method 12 (bzip2) is not supported"},
      {"zstd", [] { return poked_both(8, 93, 2); },
       "b: compression method 93 (zstd) is not supported"},
      {"unknown method", [] { return poked_both(8, 77, 2); },
       "b: compression method 77 is not supported"},
      {"wrong crc everywhere", [] { return poked_both(14, 1, 4); }, "b: wrong checksum"},
      {"wrong crc in the local header", [] { return poked_local(14, 1, 4); }, "b: wrong checksum",
       "b: has another checksum"},
      {"wrong crc in the directory", [] { return poked_central(16, 1, 4); },
       "b: has another checksum in the central directory"},
      {"broken deflate",
       [] {
         BuiltZip zip = two();
         poke(zip.bytes, zip.data[1], 0xff, 1);
         return zip.bytes;
       },
       "b: broken deflate data"},
      {"size lies, short", [] { return poked_both(22, 3, 4); }, "b: broken deflate data",
       "b: inflates to more than it says"},
      {"size lies, long", [] { return poked_both(22, 30, 4); }, "b: broken deflate data",
       "b: inflates to less than it says"},
      {"size of 4 GB - 2", [] { return poked_both(22, 0xfffffffe, 4); },
       "b: inflates to less than it says|is too large"},
      {"stored with two sizes", [] { return poked_both(8, 0, 2); },
       "b: is stored but has two sizes"},
      {"all ones without zip64", [] { return poked_both(22, 0xffffffff, 4); },
       "b: 64-bit sizes that are missing"},
      {"zip64 not called for",
       [] {
         std::string extra("\1\0\x10\0", 4);
         return ZipMaker{}
             .add({.name = "a", .content = "x", .extra = extra + std::string(16, '\1')})
             .bytes();
       },
       "a: 64-bit sizes that are missing or not called for"},
      {"zip64 of 2^60",
       [] {
         BuiltZip zip = ZipMaker{}.add({.name = "a", .content = "x", .zip64 = true}).build();
         poke(zip.bytes, zip.local[0] + 30 + 1 + 4, std::uint64_t{1} << 60, 8);
         return zip.bytes;
       },
       "a: is too large", "a: "},
      {"broken extra field",
       [] {
         return ZipMaker{}
             .add({.name = "a", .content = "x", .extra = std::string("\1\0\xff\0", 4)})
             .bytes();
       },
       "a: broken extra field"},
      {"a second name",
       [] {
         std::string extra("\x75\x70\x06\0\1\0\0\0\0z", 10);
         return ZipMaker{}.add({.name = "a", .content = "x", .extra = extra}).bytes();
       },
       "a: a second, different name"},
      {"descriptor lies",
       [] {
         BuiltZip zip = ZipMaker{}
                            .add({.name = "a", .content = "xxxxx", .descriptor = true})
                            .add("b", "b")
                            .build();
         poke(zip.bytes, zip.local[1] - 4, 9, 4);
         return zip.bytes;
       },
       "a: its data descriptor does not fit"},
  };
}

std::vector<BadRow> bad_structure() {
  return {
      {"empty file", [] { return std::string(); }, "ends too early", "is not a zip archive"},
      {"text", [] { return std::string("<html>not found</html> and more text"); },
       "is not a zip archive"},
      {"prefix",
       [] {
         ZipMaker m;
         m.add("a", "1").prefix = "#!/bin/sh\n";
         return m.bytes();
       },
       "is not a zip archive", "data of no member before it"},
      {"gap before the directory",
       [] {
         ZipMaker m;
         m.add("a", "1").gap = "gap!";
         return m.bytes();
       },
       "neither a member nor the directory", "data of no member before the central directory"},
      {"gap between members",
       [] {
         BuiltZip zip = two();
         zip.bytes.insert(zip.local[1], "gap!");
         poke(zip.bytes, zip.central[1] + 4 + 42, zip.local[1] + 4, 4);
         poke(zip.bytes, zip.end + 4 + 16, zip.directory + 4, 4);
         return zip.bytes;
       },
       "neither a member nor the directory", "b: data of no member before it"},
      {"trailing byte", [] { return two().bytes + "x"; }, "data behind the end of the archive"},
      {"two archives", [] { return two().bytes + two().bytes; }, "data behind the end",
       "another place of the central directory"},
      {"end record in the comment",
       [] {
         ZipMaker m;
         m.add("a", "1").comment = "PK\5\6" + std::string(18, '\0');
         return m.bytes();
       },
       "a second end record in its comment", "disagree|place|data of no member"},
      {"comment shorter than said", [] { return poked(&BuiltZip::end, 20, 5, 2); },
       "ends too early", "data behind the end"},
      {"hidden member",
       [] {
         BuiltZip zip = two();
         std::size_t length = zip.end - zip.central[1];
         zip.bytes.erase(zip.central[1], length);
         poke(zip.bytes, zip.end - length + 8, 1, 2);
         poke(zip.bytes, zip.end - length + 10, 1, 2);
         poke(zip.bytes, zip.end - length + 12, zip.central[1] - zip.directory, 4);
         return zip.bytes;
       },
       "b: is not in the central directory", "data of no member before the central directory"},
      {"member only in the directory", [] { return poked_central(42, 5, 4); },
       "b: is only in the central directory", "overlaps another member"},
      {"one member met twice", [] { return poked_central(42, 0, 4); },
       "b: is in the central directory twice", "overlaps another member"},
      {"another name", [] { return poked_central(46, 'c', 1); },
       "b: has another name in the central directory"},
      {"another method", [] { return poked_central(10, 0, 2); }, "stored but has two sizes"},
      {"another size", [] { return poked_central(24, 6, 4); },
       "b: has other sizes in the central directory"},
      {"another compressed size", [] { return poked_central(20, 6, 4); },
       "b: has other sizes in the central directory",
       "b: overlaps|data of no member before the central"},
      {"other flags", [] { return poked_central(8, 0x808, 2); },
       "b: has other flags in the central directory"},
      {"another disk", [] { return poked_central(34, 1, 2); }, "b: lies on another disk"},
      {"end record counts wrong",
       [] {
         BuiltZip zip = two();
         poke(zip.bytes, zip.end + 8, 0x00030003, 4);
         return zip.bytes;
       },
       "another number of members"},
      {"end record counts twice", [] { return poked(&BuiltZip::end, 8, 1, 2); },
       "counts members twice"},
      {"end record on another disk", [] { return poked(&BuiltZip::end, 4, 1, 2); },
       "one of several disks"},
      {"directory elsewhere", [] { return poked(&BuiltZip::end, 16, 3, 4); },
       "another place of the central directory"},
      {"directory of another size", [] { return poked(&BuiltZip::end, 12, 3, 4); },
       "another place of the central directory"},
      {"zip64 end record lies",
       [] {
         ZipMaker m;
         m.add("a", "1").zip64_end = true;
         BuiltZip zip = m.build();
         poke(zip.bytes, zip.end - 76 + 32, std::uint64_t{1} << 50, 8);
         return zip.bytes;
       },
       "broken 64-bit end record"},
      {"two end records disagree",
       [] {
         ZipMaker m;
         m.add("a", "1").zip64_end = true;
         BuiltZip zip = m.build();
         poke(zip.bytes, zip.end + 8, 0x00020002, 4);
         return zip.bytes;
       },
       "its two end records disagree"},
      {"locator points elsewhere",
       [] {
         ZipMaker m;
         m.add("a", "1").zip64_end = true;
         BuiltZip zip = m.build();
         poke(zip.bytes, zip.end - 12, 7, 8);
         return zip.bytes;
       },
       "broken 64-bit end record"},
  };
}

bool says(const std::string& message, std::string_view wanted) {  // alternatives between bars
  while (!wanted.empty()) {
    std::string_view one = wanted.substr(0, wanted.find('|'));
    if (message.find(one) != std::string::npos) return true;
    wanted.remove_prefix(std::min(wanted.size(), one.size() + 1));
  }
  return false;
}

void check_refused(const std::vector<BadRow>& rows) {
  for (const BadRow& row : rows) {
    CAPTURE(row.what);
    std::string bytes = row.bytes();
    for (std::size_t piece : {std::size_t{1}, std::size_t{1} << 20}) {
      auto streamed = stream_in_pieces(bytes, piece);
      CHECK_FALSE(streamed.has_value());
      if (streamed) continue;
      CHECK(streamed.error().code == Code::bad_archive);
      CHECK_MESSAGE(says(streamed.error().message, row.message), streamed.error().message);
      CHECK(streamed.error().message.starts_with("t.zip: "));
    }
    CHECK_FALSE(stream_in_pieces(bytes, 64, nullptr).has_value());
    auto random = read_at_random(bytes);
    CHECK_FALSE(random.has_value());
    if (random) continue;
    const char* wanted = row.random_message ? row.random_message : row.message;
    CHECK_MESSAGE(says(random.error().message, wanted), random.error().message);
  }
}

TEST_CASE("zip: hostile names are refused by both readers") { check_refused(bad_names()); }
TEST_CASE("zip: hostile members are refused by both readers") { check_refused(bad_members()); }
TEST_CASE("zip: hostile structures are refused by both readers") { check_refused(bad_structure()); }

TEST_CASE("zip: an archive cut at any byte is refused") {
  std::string bytes =
      ZipMaker{}.add("a", "hello").add({.name = "b", .content = "w", .descriptor = true}).bytes();
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    CHECK_FALSE(stream_in_pieces(bytes.substr(0, length), 5).has_value());
    CHECK_FALSE(read_at_random(bytes.substr(0, length)).has_value());
  }
}

TEST_CASE("zip: a stored member with its size behind it is given back for random access") {
  ZipMaker maker;
  maker.add("a", "1").add({.name = "b", .content = "stored", .method = 0, .descriptor = true});
  Contents contents;
  ZipStream stream("t.zip", sink_into(contents), nullptr);
  auto fed = stream.feed(maker.bytes());
  REQUIRE_FALSE(fed.has_value());
  CHECK(fed.error().code == Code::unsupported);
  CHECK(stream.needs_random_access());
  auto random = read_at_random(maker.bytes());
  REQUIRE_MESSAGE(random.has_value(), random.error().message);
  CHECK((*random)["b"] == "stored");
}

TEST_CASE("zip: members come out before their archive is complete") {
  std::string bytes = ZipMaker{}.add("a", "first").add("b", "second").bytes();
  Contents contents;
  ZipStream stream("t.zip", sink_into(contents), plenty());
  REQUIRE(stream.feed(std::string_view(bytes).substr(0, bytes.find("b", 40))).has_value());
  CHECK(contents["a"] == "first");
}

TEST_CASE("zip: a skipped member costs nothing and the books still balance") {
  std::string bytes = ZipMaker{}.add("a", big()).add("b", "second").bytes();
  Contents contents;
  ZipSink sink = sink_into(contents);
  sink.begin = [inner = sink.begin](const ZipEntry& entry) -> Result<Take> {
    PIPIT_TRY(inner(entry));
    return entry.name == "a" ? Take::skip : Take::content;
  };
  ZipStream stream("t.zip", std::move(sink), plenty());
  REQUIRE(stream.feed(bytes).has_value());
  REQUIRE(stream.finish().has_value());
  CHECK(contents["a"].empty());
  CHECK(contents["b"] == "second");
}

TEST_CASE("zip: what inflates without end stops at the limit") {
  ZipMaker maker;
  maker.add({.name = "bomb", .content = std::string(5'000'000, '0'), .descriptor = true});
  Contents contents;
  ZipLimits limits;
  limits.inflated_bytes = 1'000'000;
  ZipStream stream("t.zip", sink_into(contents), plenty(), limits);
  auto fed = stream.feed(maker.bytes());
  REQUIRE_FALSE(fed.has_value());
  CHECK(fed.error().message == "t.zip: inflates to more than is allowed");
  CHECK(contents["bomb"].size() < 1'200'000);
}

TEST_CASE("zip: memory for collecting is leased and given back") {
  std::uint64_t out = 0, most = 0;
  MemoryLease lease = [&](std::uint64_t bytes) -> std::shared_ptr<void> {
    out += bytes;
    most = std::max(most, out);
    return std::shared_ptr<void>(static_cast<void*>(&out), [&out, bytes](void*) { out -= bytes; });
  };
  std::string bytes = ZipMaker{}.add("a", test::noise(50'000)).add("b", big()).bytes();
  auto contents = stream_in_pieces(bytes, 999, lease);
  REQUIRE(contents.has_value());
  CHECK(out == 0);
  CHECK(most > 100'000);
  CHECK(most < (2u << 20));
}

}  // namespace
}  // namespace pipit::archive
