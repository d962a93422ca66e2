#include <doctest/doctest.h>
#include <sys/stat.h>

#include <algorithm>
#include <atomic>

#include "base/file.h"
#include "base/hash_spec.h"
#include "base/path.h"
#include "base/temp_dir.h"
#include "cache/manifest.h"
#include "distribution/wheel/unpack.h"
#include "tests/distribution/fake_index.h"

namespace pipit::distribution {
namespace {

using test::FakeFile;
using test::FakeIndex;
using test::FakeRanges;
using test::WheelMaker;
using test::ZipMember;

constexpr const char* kDemoFile = "demo-1.0-py3-none-any.whl";

void check_refused(const WheelMaker& maker, Code code, std::string_view message) {
  CAPTURE(std::string(message));
  FakeIndex index;
  auto wheel = index.wheel(index.add(maker));
  REQUIRE_FALSE(wheel.has_value());
  CHECK(wheel.error().code == code);
  CHECK_MESSAGE(wheel.error().message == cat(kDemoFile, ": ", message), wheel.error().message);
  CHECK(index.wheel_bucket().empty());
}

TEST_CASE("dist fetch: a wheel arrives unpacked, checked and listed") {
  WheelMaker maker;
  maker.files.push_back({.name = "demo/run.sh", .content = "#!/bin/sh\n", .mode = 0104777});
  maker.files.push_back(
      {.name = "demo-1.0.data/scripts/tool", .content = "#!python\n", .mode = 0100755});
  maker.files.push_back({.name = "demo/empty/", .method = 0, .mode = 040755});
  FakeIndex index;
  auto wheel = index.wheel(index.add(maker));
  REQUIRE_MESSAGE(wheel.has_value(), wheel.error().message);
  const cache::Wheel& w = **wheel;
  CHECK(w.file_name == kDemoFile);
  CHECK(w.sha256 == base::sha256_hex(maker.bytes()));
  CHECK(w.dist_info == "demo-1.0.dist-info");
  CHECK(w.data_dir == "demo-1.0.data");
  std::vector<std::string> names;
  for (const cache::WheelFile& file : w.files) {
    names.push_back(file.path);
    struct stat info{};
    REQUIRE(::stat(cat(w.directory, "/", file.path).c_str(), &info) == 0);
    CHECK(static_cast<std::uint64_t>(info.st_size) == file.size);
    CHECK(((info.st_mode & 0100) != 0) == file.executable);
    CHECK((info.st_mode & 07022) == 0);
    CHECK(info.st_mtim.tv_sec * 1'000'000'000 + info.st_mtim.tv_nsec == file.mtime_ns);
    CHECK(base::sha256(*base::read_file(cat(w.directory, "/", file.path), 1 << 20)) == file.sha256);
  }
  CHECK(base::join(names, " ") ==
        "demo-1.0.data/scripts/tool demo-1.0.dist-info/METADATA demo-1.0.dist-info/WHEEL "
        "demo/__init__.py demo/run.sh");
  CHECK(base::exists(cat(w.directory, "/demo-1.0.dist-info/RECORD")));
  CHECK(index.database->account().downloaded == 1);
}

TEST_CASE("dist fetch: files have the times of their members, however they were read") {
  constexpr std::uint32_t kIn2020 = (40u << 25 | 2u << 21 | 2u << 16) | (13u << 11 | 30u << 5 | 4u);
  for (const bool descriptor : {false, true}) {
    WheelMaker maker;
    maker.files = {{.name = "demo/a.py",
                    .content = "a = 1\n",
                    .method = descriptor ? 0 : 8,  // read at random, read forward
                    .descriptor = descriptor,
                    .time = kIn2020},
                   {.name = "demo/b.py", .content = "b = 1\n"}};
    FakeIndex index;
    auto wheel = index.wheel(index.add(maker));
    REQUIRE_MESSAGE(wheel.has_value(), wheel.error().message);
    const auto time_of = [&](const char* name) {
      struct stat info{};
      REQUIRE(::stat(cat((*wheel)->directory, "/", name).c_str(), &info) == 0);
      return info.st_mtim.tv_sec;
    };
    CHECK_EQ(time_of("demo/a.py"), 1580650208);
    CHECK_EQ(time_of("demo/b.py"), 315619200);
    CHECK((*wheel)->fresh);
    const auto found = find_wheel(index.store, (*wheel)->sha256, kDemoFile);
    REQUIRE(found);
    CHECK_FALSE(found->fresh);
    CHECK(cache::is_unchanged(*found));
    CHECK(cache::encode_manifest(*found) == cache::encode_manifest(**wheel));
  }
}

TEST_CASE("dist fetch: a body cut at any byte leaves no entry and no litter") {
  WheelMaker maker;
  std::string bytes = maker.bytes();
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    FakeIndex index;
    FakeFile file{.bytes = bytes.substr(0, length)};
    auto wheel =
        index.wheel(index.add(kDemoFile, std::move(file),
                              {.with_sha256 = length % 2 == 0, .sha256 = base::sha256_hex(bytes)}));
    CHECK_FALSE(wheel.has_value());
    CHECK(index.wheel_bucket().empty());
  }
}

TEST_CASE("dist fetch: a connection that breaks at any byte is resumed where it broke") {
  WheelMaker maker;
  std::string bytes = maker.bytes();
  for (std::size_t at = 1; at < bytes.size(); at += 37) {
    FakeIndex index;
    FakeFile file{.bytes = bytes, .cut_at = {at}};
    auto wheel = index.wheel(index.add(kDemoFile, std::move(file)));
    REQUIRE_MESSAGE(wheel.has_value(), wheel.error().message);
    CHECK(index.requests() == cat("GET /", kDemoFile, ", GET /", kDemoFile, " bytes=", at, "-"));
    CHECK(index.server->bytes_sent(cat("/", kDemoFile)) == bytes.size());
  }
}

TEST_CASE("dist fetch: a resume that cannot be trusted begins again") {
  std::string bytes = WheelMaker().bytes();
  struct Row {
    FakeRanges ranges;
    const char* etag;
  };
  for (Row row : {Row{FakeRanges::ignored, "\"v1\""}, Row{FakeRanges::good, ""},
                  Row{FakeRanges::good, "W/\"v1\""}, Row{FakeRanges::lying_header, "\"v1\""},
                  Row{FakeRanges::no_header, "\"v1\""}}) {
    FakeIndex index;
    FakeFile file{.bytes = bytes, .ranges = row.ranges, .etag = row.etag, .cut_at = {700}};
    auto wheel = index.wheel(index.add(kDemoFile, std::move(file)));
    REQUIRE_MESSAGE(wheel.has_value(), wheel.error().message);
  }
}

TEST_CASE("dist fetch: a connection that keeps breaking is given up after the retries") {
  FakeIndex index;
  FakeFile file{.bytes = WheelMaker().bytes(), .cut_at = {100, 100, 100, 100, 100, 100}};
  auto wheel = index.wheel(index.add(kDemoFile, std::move(file)));
  REQUIRE_FALSE(wheel.has_value());
  CHECK(wheel.error().code == Code::network);
  CHECK(index.server->log.size() == 3);
  CHECK(index.wheel_bucket().empty());
}

TEST_CASE("dist fetch: members are there before the last byte") {
  WheelMaker maker;
  maker.files.push_back({.name = "demo/pad", .content = test::noise(300'000)});
  std::atomic<bool> seen = false;
  FakeIndex index;
  FakeFile file{.bytes = maker.bytes()};
  std::size_t last = file.bytes.size() - 32'000;
  file.sending = [&](std::size_t sent) {
    if (sent < last || seen) return;
    for (int i = 0; i < 2000 && !seen; ++i) {
      for (const std::string& path : index.wheel_bucket())
        seen = seen || path.ends_with("tree/demo/__init__.py");
      if (!seen) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  };
  REQUIRE(index.wheel(index.add(kDemoFile, std::move(file))).has_value());
  CHECK(seen);
}

TEST_CASE("dist fetch: a wrong hash names the file, what was expected and what came") {
  FakeIndex index;
  WheelMaker maker;
  auto wheel = index.wheel(index.add(maker, FakeRanges::good, {.sha256 = std::string(64, 'a')}));
  REQUIRE_FALSE(wheel.has_value());
  CHECK(wheel.error().code == Code::hash_mismatch);
  CHECK(wheel.error().message ==
        cat(kDemoFile, ": hash mismatch: expected sha256=", std::string(64, 'a'), ", got sha256=",
            base::sha256_hex(maker.bytes()), " (https://files.test/", kDemoFile, " sent 831 B)"));
  CHECK(index.wheel_bucket().empty());
}

TEST_CASE("dist fetch: wanted hashes: any of them, of any kind; the page's must hold as well") {
  WheelMaker maker;
  std::string bytes = maker.bytes();
  auto digest = [&](const char* algorithm) {
    auto hasher = base::Hasher::create(algorithm);
    hasher->update(bytes);
    return base::HashSpec{algorithm, hasher->hex_digest()};
  };
  base::HashSpec wrong{"sha256", std::string(64, 'b')};
  FakeIndex index;
  auto file = index.add(maker);
  CHECK(index.wheel(file, {{wrong, digest("sha256")}}).has_value());
  CHECK(index.wheel(file, {{digest("sha512")}}).has_value());
  CHECK(index.wheel(file, {{wrong}}).error().code == Code::hash_mismatch);
  FakeIndex other;
  CHECK(other
            .wheel(other.add(maker, FakeRanges::good,
                             {.with_sha256 = false, .other_hash = cat("md5=", digest("md5").hex)}))
            .has_value());
  FakeIndex bad;
  auto refused =
      bad.wheel(bad.add(maker, FakeRanges::good,
                        {.with_sha256 = false, .other_hash = cat("md5=", std::string(32, '0'))}));
  CHECK(refused.error().code == Code::hash_mismatch);
}

TEST_CASE("dist fetch: with required hashes a file without one is refused unread") {
  FakeIndex index({.require_hashes = true});
  auto wheel = index.wheel(index.add(WheelMaker()));
  REQUIRE_FALSE(wheel.has_value());
  CHECK(wheel.error().message == cat(kDemoFile, ": no hash is given, but hashes are required"));
  CHECK(index.requests().empty());
}

TEST_CASE("dist fetch: the cache is asked first, and is not asked to lie") {
  auto cache = base::TempDir::create("/tmp", "pipit-dist-test-");
  REQUIRE(cache.has_value());
  std::string directory = base::join_path(cache->path(), "c");
  WheelMaker maker;
  {
    FakeIndex index({}, directory);
    REQUIRE(index.wheel(index.add(maker)).has_value());
  }
  FakeIndex index({}, directory);
  auto wheel = index.wheel(index.add(maker));
  REQUIRE(wheel.has_value());
  CHECK(index.requests().empty());
  CHECK(index.database->account().from_cache == 1);
  // A torn manifest is a miss, and mended.
  REQUIRE(base::write_file(cat(base::parent_path((*wheel)->directory), "/manifest"), "torn")
              .has_value());
  FakeIndex third({}, directory);
  REQUIRE(third.wheel(third.add(maker)).has_value());
  CHECK(third.server->log.size() == 1);
  FakeIndex fourth({}, directory);
  REQUIRE(fourth.wheel(fourth.add(maker)).has_value());
  CHECK(fourth.requests().empty());
}

TEST_CASE("dist fetch: many who want one wheel cause one download; a failure spares the others") {
  FakeIndex index;
  auto file = index.add(WheelMaker());
  auto gone = index.add("gone-1-py3-none-any.whl", {.bytes = "x", .status = 500});
  index.database->request_wheel(gone, {}, sched::Priority::speculative);
  std::atomic<int> good = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i)
      threads.emplace_back([&] { good += index.wheel(file).has_value() ? 1 : 0; });
  }
  CHECK(good == 8);
  CHECK(index.server->answers[cat("/", kDemoFile)] == 1);
  auto failed = index.wheel(gone);
  REQUIRE_FALSE(failed.has_value());
  CHECK(failed.error().code == Code::http_status);
  CHECK(failed.error().message.find("500") != std::string::npos);
}

TEST_CASE("dist fetch: local wheels go the same way") {
  FakeIndex index;
  auto good = index.wheel(index.add_local(kDemoFile, WheelMaker().bytes()));
  REQUIRE_MESSAGE(good.has_value(), good.error().message);
  CHECK((*good)->dist_info == "demo-1.0.dist-info");
  auto bad = index.wheel(
      index.add_local("demo-2.0-py3-none-any.whl", WheelMaker{.version = "2.0"}.bytes() + "x"));
  REQUIRE_FALSE(bad.has_value());
  CHECK(bad.error().message.starts_with(
      "demo-2.0-py3-none-any.whl: data behind the end of the archive (/"));
  CHECK(index.requests().empty());
}

TEST_CASE("dist fetch: a local wheel that has not changed is not unpacked again") {
  auto cache = base::TempDir::create("/tmp", "pipit-dist-test-");
  REQUIRE(cache.has_value());
  auto parent = base::TempDir::create("/tmp", "pipit-dist-test-");
  REQUIRE(parent.has_value());
  std::string bytes = WheelMaker().bytes();
  for (std::size_t from_cache : {std::size_t{0}, std::size_t{1}}) {
    FakeIndex index({}, base::join_path(cache->path(), "c"), parent->path());
    REQUIRE(index.wheel(index.add_local(kDemoFile, bytes)).has_value());
    CHECK(index.database->account().from_cache == from_cache);
  }
  FakeIndex index({}, base::join_path(cache->path(), "c"), parent->path());
  WheelMaker other;
  other.requirements = {"leaf"};
  auto wheel = index.wheel(index.add_local(kDemoFile, other.bytes()));
  REQUIRE(wheel.has_value());
  CHECK((*wheel)->sha256 == base::sha256_hex(other.bytes()));
}

TEST_CASE("dist fetch: a stored member with its size behind it is spooled and read at random") {
  WheelMaker maker;
  maker.change_members = [](std::vector<ZipMember>& members) {
    members[0].method = 0;
    members[0].descriptor = true;
  };
  FakeIndex index;
  auto wheel = index.wheel(index.add(maker));
  REQUIRE_MESSAGE(wheel.has_value(), wheel.error().message);
  CHECK(base::exists(cat((*wheel)->directory, "/demo/__init__.py")));
  CHECK_FALSE(base::exists(cat(base::parent_path((*wheel)->directory), "/wheel")));
  auto local = index.wheel(index.add_local(kDemoFile, maker.bytes()));
  CHECK(local.has_value());
}

TEST_CASE("dist fetch: RECORD must list every file with its hash, and nothing else") {
  using Change = std::function<void(std::string&)>;
  struct Row {
    Change change;
    const char* message;
  };
  auto cut_line = [](std::string& record, std::string_view path) {
    std::size_t at = record.find(path);
    record.erase(at, record.find('\n', at) - at + 1);
  };
  const std::vector<Row> rows = {
      {[&](std::string& r) { cut_line(r, "demo/__init__.py"); },
       "demo/__init__.py: is not listed with a hash in RECORD"},
      {[](std::string& r) { r.replace(r.find("sha256=") + 7, 4, "AAAA"); },
       "RECORD: demo/__init__.py: has another hash than the one listed"},
      {[](std::string& r) { r.replace(r.find(",9\n"), 3, ",8\n"); },
       "RECORD: demo/__init__.py: has 9 bytes, not the 8 listed"},
      {[](std::string& r) { r.replace(r.find("sha256="), 7, "md5="); },
       "RECORD: demo/__init__.py: md5 is too weak or unknown"},
      {[](std::string& r) { r += "../../etc/passwd,,\n"; },
       "RECORD: ../../etc/passwd: path leads out of the archive"},
      {[](std::string& r) { r += "/etc/passwd,,\n"; }, "RECORD: /etc/passwd: absolute path"},
      {[&](std::string& r) {
         cut_line(r, "demo/__init__.py");
         r += "demo/__init__.py,,\n";
       },
       "demo/__init__.py: is not listed with a hash in RECORD"},
  };
  for (const Row& row : rows) {
    WheelMaker maker;
    maker.change_record = row.change;
    check_refused(maker, Code::bad_wheel, row.message);
  }
}

TEST_CASE("dist fetch: slips of RECORD that mean one thing only are read as that") {
  using Change = std::function<void(std::string&)>;
  const auto wide = [](std::string& record, std::string_view path, std::string_view written) {
    record.replace(record.find(path), path.size(), written);
  };
  const std::vector<Change> slips = {
      [&](std::string& r) { wide(r, "demo/__init__.py", "./demo/__init__.py"); },
      [&](std::string& r) { wide(r, "demo/__init__.py", "././demo\\__init__.py"); },
      [](std::string& r) { r.replace(r.find("RECORD,,"), 8, "RECORD,sha256=AAAA,5"); },
  };
  for (const Change& slip : slips) {
    WheelMaker maker;
    maker.change_record = slip;
    FakeIndex index;
    auto wheel = index.wheel(index.add(maker));
    CHECK_MESSAGE(wheel.has_value(), wheel.error().message);
  }
  for (const char* hostile : {"./../x,,\n", "..\\x,,\n", "demo\\..\\..\\x,,\n", ".//x,,\n",
                              "demo\\absent.py,,\n", "C:\\x,,\n"}) {
    WheelMaker maker;
    maker.change_record = [&](std::string& r) { r += hostile; };
    FakeIndex index;
    CHECK_MESSAGE(!index.wheel(index.add(maker)).has_value(), hostile);
  }
}

TEST_CASE("dist fetch: a member may be there again with the same bytes") {
  WheelMaker maker;
  maker.files.push_back(maker.files.front());
  FakeIndex index;
  for (const bool streamed : {true, false}) {
    auto wheel =
        index.wheel(streamed ? index.add(maker) : index.add_local(kDemoFile, maker.bytes()));
    REQUIRE_MESSAGE(wheel.has_value(), wheel.error().message);
    CHECK_EQ(std::ranges::count((*wheel)->files, maker.files.front().name, &cache::WheelFile::path),
             1);
  }
}

TEST_CASE("dist fetch: RECORD may use a stronger hash") {
  WheelMaker maker;
  maker.change_record = [](std::string& record) {
    auto hasher = base::Hasher::create("sha512");
    hasher->update("demo = 1\n");
    std::size_t end = record.find('\n');
    record.replace(
        0, end,
        cat("demo/__init__.py,sha512=", base::base64url(*base::unhex(hasher->hex_digest())), ",9"));
  };
  FakeIndex index;
  auto wheel = index.wheel(index.add(maker));
  CHECK_MESSAGE(wheel.has_value(), wheel.error().message);
}

TEST_CASE("dist fetch: an allowed invalid wheel may have an incomplete RECORD, not a wrong one") {
  WheelMaker maker;
  maker.change_record = [](std::string& r) { r = "demo/absent.py,,\n"; };
  FakeIndex index({.allow_invalid = {"demo"}});
  CHECK(index.wheel(index.add(maker)).has_value());
  maker.version = "2.0";
  maker.change_record = [](std::string& r) { r.replace(r.find("sha256=") + 7, 4, "AAAA"); };
  CHECK_FALSE(index.wheel(index.add(maker)).has_value());
}

TEST_CASE("dist fetch: a wheel that is not what its name says is refused") {
  WheelMaker maker;
  maker.dist_info_name = "evil-2.0.dist-info";
  check_refused(maker, Code::bad_wheel, "its evil-2.0.dist-info belongs to something else");
  maker = {};
  maker.files.push_back({.name = "demo-2.0.dist-info/METADATA", .content = "x"});
  check_refused(maker, Code::bad_wheel,
                "has two .dist-info directories: demo-1.0.dist-info, demo-2.0.dist-info");
  maker = {};
  maker.files.push_back({.name = "other-1.0.data/scripts/x", .content = "x"});
  check_refused(maker, Code::bad_wheel, "other-1.0.data belongs to something else");
  maker = {};
  maker.files.push_back({.name = "demo-1.0.data/bin/x", .content = "x"});
  check_refused(maker, Code::bad_wheel, "demo-1.0.data/bin/x: is in no installation scheme");
  maker = {};
  maker.metadata = "Metadata-Version: 2.1\nName: demo\nVersion: 3\n\n";
  check_refused(maker, Code::bad_wheel, "its metadata is of version 3");
  maker = {};
  maker.wheel = "Wheel-Version: 2.0\n";
  check_refused(maker, Code::unsupported, "Wheel-Version 2.0 is newer than this pipit understands");
  maker = {};
  maker.wheel = "Root-Is-Purelib: true\n";
  check_refused(maker, Code::bad_wheel, "WHEEL names no Wheel-Version");
  maker = {};
  maker.change_members = [](std::vector<ZipMember>& members) { members.pop_back(); };
  check_refused(maker, Code::bad_wheel, "has no demo-1.0.dist-info/RECORD");
}

TEST_CASE("dist fetch: entry points are checked before anything is installed") {
  for (const char* text :
       {"[console_scripts]\n../x = demo:main\n", "[console_scripts]\nx = demo:main();evil\n",
        "[console_scripts]\na/b = demo:main\n"}) {
    WheelMaker maker;
    maker.entry_points = text;
    FakeIndex index;
    auto wheel = index.wheel(index.add(maker));
    REQUIRE_FALSE(wheel.has_value());
    CHECK(wheel.error().code == Code::bad_wheel);
    CHECK(wheel.error().message.starts_with(cat(kDemoFile, ": entry_points.txt: ")));
    CHECK(index.wheel_bucket().empty());
  }
}

TEST_CASE("dist fetch: hostile archives leave nothing behind") {
  WheelMaker maker;
  maker.files.push_back({.name = "../escape", .content = "x"});
  check_refused(maker, Code::bad_archive, "../escape: path leads out of the archive");
  maker = {};
  maker.files.push_back({.name = "demo/link", .content = "/etc/passwd", .mode = 0120777});
  check_refused(maker, Code::bad_archive, "demo/link: is not a regular file");
  maker = {};
  maker.files.push_back({.name = "demo/__init__.py", .content = "twice"});
  check_refused(maker, Code::bad_archive, "demo/__init__.py: is there twice, with two contents");
}

TEST_CASE("dist fetch: a wheel that is not what its sidecar said is refused, fetched or cached") {
  const std::string same = "Metadata-Version: 2.1\nName: Demo\nVersion: 1.0\n";
  struct Row {
    std::string sidecar, difference;
  };
  for (const Row& row : {
           Row{same + "Requires-Dist: leaf\nRequires-Dist: a.b>=1\n",
               "its Requires-Dist is not what the index said: the index has 'a-b>=1', 'leaf', the "
               "wheel nothing"},
           Row{same + "Requires-Python: >=3.9\n",
               "its Requires-Python is not what the index said: the index has '>=3.9', the wheel "
               "nothing"},
           Row{same + "Provides-Extra: X_y\n",
               "its Provides-Extra is not what the index said: the index has 'x-y', the wheel "
               "nothing"},
           Row{same + "Summary: other words\n", ""},
       }) {
    WheelMaker maker;
    FakeIndex index;
    auto file = index.add(maker, FakeRanges::good, {.sidecar = index::Sidecar::announced});
    index.put(cat("/", kDemoFile, ".metadata"), row.sidecar);
    REQUIRE(index.metadata(file).has_value());
    // Twice: the second finds the unpacked wheel in the cache.
    for (int i = 0; i < 2; ++i) {
      auto wheel = index.wheel(
          file, i == 0 ? Expected{} : Expected{{{"sha256", base::sha256_hex(maker.bytes())}}});
      REQUIRE_EQ(wheel.has_value(), row.difference.empty());
      if (!wheel) CHECK_EQ(wheel.error().message, cat(kDemoFile, ": ", row.difference));
    }
  }
}

TEST_CASE("dist fetch: member buffers stay within their gate while many wheels come at once") {
  FakeIndex index({.concurrent_downloads = 8, .member_bytes = 1u << 20});
  std::vector<index::FilePtr> files;
  for (int i = 0; i < 12; ++i) {
    WheelMaker maker{.version = cat(i)};
    for (int k = 0; k < 6; ++k)
      maker.files.push_back(
          {.name = cat("demo/f", k), .content = std::string(700'000, static_cast<char>('a' + k))});
    files.push_back(index.add(maker));
    index.database->request_wheel(files.back(), {}, sched::Priority::soon);
  }
  for (const auto& file : files) CHECK(index.wheel(file).has_value());
}

}  // namespace
}  // namespace pipit::distribution
