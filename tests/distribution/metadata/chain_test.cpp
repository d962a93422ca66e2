#include <doctest/doctest.h>

#include "base/path.h"
#include "base/temp_dir.h"
#include "tests/archive/tar_maker.h"
#include "tests/distribution/fake_index.h"

namespace pipit::distribution {
namespace {

using test::FakeFile;
using test::FakeIndex;
using test::FakeRanges;
using test::OnPage;
using test::WheelMaker;
using test::ZipMember;

constexpr const char* kDemo = "/demo-1.0-py3-none-any.whl";

WheelMaker big_wheel(std::size_t pad = 400'000) {
  WheelMaker wheel;
  wheel.requirements = {"leaf>=1"};
  wheel.files.push_back({.name = "demo/pad.bin", .content = test::noise(pad)});
  return wheel;
}

/// A directory of some 100 kB before the end record.
WheelMaker many_files() {
  WheelMaker wheel = big_wheel();
  for (int i = 0; i < 1000; ++i) {
    wheel.files.push_back(
        {.name = cat("demo/a_file_with_a_name_that_takes_some_room_", i, ".py"), .content = "x"});
  }
  return wheel;
}

void check_demo(FakeIndex& index, const index::FilePtr& file) {
  auto metadata = index.metadata(file);
  REQUIRE_MESSAGE(metadata.has_value(), metadata.error().message);
  CHECK((*metadata)->name == "demo");
  CHECK((*metadata)->version.str() == "1.0");
  REQUIRE((*metadata)->requires_dist.size() == 1);
  CHECK((*metadata)->requires_dist[0].name == "leaf");
}

OnPage with_sidecar(std::string sha256) {
  return {.sidecar = sha256.empty() ? index::Sidecar::announced : index::Sidecar::hashed,
          .sidecar_sha256 = std::move(sha256)};
}

TEST_CASE("dist metadata: an announced sidecar is all that is asked for") {
  WheelMaker wheel = big_wheel();
  for (std::string sha256 : {std::string(), base::sha256_hex(wheel.metadata_text())}) {
    FakeIndex index;
    auto file = index.add(wheel, FakeRanges::good, with_sidecar(sha256));
    index.put(cat(kDemo, ".metadata"), wheel.metadata_text());
    check_demo(index, file);
    CHECK(index.requests() == cat("GET ", kDemo, ".metadata"));
  }
}

TEST_CASE("dist metadata: a sidecar with another hash is an error") {
  FakeIndex index;
  auto file = index.add(big_wheel(), FakeRanges::good, with_sidecar(std::string(64, '0')));
  index.put(cat(kDemo, ".metadata"), big_wheel().metadata_text());
  auto metadata = index.metadata(file);
  REQUIRE_FALSE(metadata.has_value());
  CHECK(metadata.error().code == Code::hash_mismatch);
  CHECK(metadata.error().message.starts_with(
      "demo-1.0-py3-none-any.whl.metadata: hash mismatch: expected sha256=000"));
}

TEST_CASE("dist metadata: a sidecar that is gone falls to the range") {
  FakeIndex index;
  auto file = index.add(big_wheel(), FakeRanges::good, with_sidecar(""));
  check_demo(index, file);
  CHECK(index.requests() == cat("GET ", kDemo, ".metadata, GET ", kDemo, " bytes=-32000"));
}

TEST_CASE("dist metadata: the usual wheel costs one range") {
  FakeIndex index;
  auto file = index.add(big_wheel());
  check_demo(index, file);
  CHECK(index.requests() == cat("GET ", kDemo, " bytes=-32000"));
  CHECK(index.server->bytes_sent(kDemo) == 32'000);
}

TEST_CASE("dist metadata: elsewhere it costs two ranges") {
  WheelMaker first = big_wheel();
  first.metadata_first = true;
  for (const WheelMaker& wheel : {first, many_files()}) {
    FakeIndex index;
    auto file = index.add(wheel);
    check_demo(index, file);
    CHECK_MESSAGE(index.server->log.size() == 2, index.requests());
    CHECK(index.server->bytes_sent(kDemo) < 200'000);
  }
}

TEST_CASE("dist metadata: a wheel smaller than the range comes whole") {
  WheelMaker wheel;
  wheel.requirements = {"leaf>=1"};
  FakeIndex index;
  check_demo(index, index.add(wheel));
}

TEST_CASE("dist metadata: servers that do no ranges, or lie about them, still give it") {
  struct Row {
    FakeRanges ranges;
    std::size_t requests;
  };
  for (Row row : {Row{FakeRanges::ignored, 1}, Row{FakeRanges::refused_416, 2},
                  Row{FakeRanges::refused_405, 2}, Row{FakeRanges::suffix_501, 2},
                  Row{FakeRanges::lying_offset, 2}, Row{FakeRanges::lying_header, 2},
                  Row{FakeRanges::too_short, 2}, Row{FakeRanges::no_header, 2}}) {
    CAPTURE(static_cast<int>(row.ranges));
    for (bool first : {false, true}) {
      WheelMaker wheel = big_wheel();
      wheel.metadata_first = first;
      FakeIndex index;
      check_demo(index, index.add(wheel, row.ranges));
      CHECK_MESSAGE(index.server->log.size() == row.requests, index.requests());
    }
  }
}

TEST_CASE("dist metadata: a server without ranges is asked for one only once") {
  FakeIndex index;
  for (int i = 0; i < 4; ++i) {
    WheelMaker wheel;
    wheel.version = cat(i);
    REQUIRE(index.metadata(index.add(wheel, FakeRanges::ignored)).has_value());
  }
  auto ranged = std::count_if(
      index.server->log.begin(), index.server->log.end(),
      [](const std::string& line) { return line.find("bytes=") != std::string::npos; });
  CHECK(ranged == 1);
}

TEST_CASE(
    "dist metadata: a stream with METADATA in front is dropped early, and nothing is written") {
  WheelMaker wheel = big_wheel(2'000'000);
  wheel.metadata_first = true;
  FakeIndex index;
  check_demo(index, index.add(wheel, FakeRanges::ignored));
  CHECK(index.server->bytes_sent(kDemo) < 32'000);
  CHECK(index.wheel_bucket().empty());
}

TEST_CASE("dist metadata: shapes of archives that are streamed") {
  struct Row {
    int method;
    bool descriptor, zip64;
  };
  for (Row row : {Row{8, false, false}, Row{8, true, false}, Row{8, true, true},
                  Row{0, false, false}, Row{0, false, true}}) {
    WheelMaker wheel = big_wheel();
    wheel.change_members = [row](std::vector<ZipMember>& members) {
      for (ZipMember& m : members) {
        m.method = row.method;
        m.descriptor = row.descriptor;
        m.zip64 = row.zip64;
      }
    };
    FakeIndex index;
    check_demo(index, index.add(wheel, FakeRanges::ignored));
    CHECK(index.server->log.size() == 1);
    CHECK(index.wheel_bucket().empty());
  }
}

TEST_CASE("dist metadata: an archive that cannot be streamed is fetched whole") {
  WheelMaker wheel = big_wheel();
  wheel.change_members = [](std::vector<ZipMember>& members) {
    members[1].method = 0;
    members[1].descriptor = true;
  };
  FakeIndex index;
  auto file = index.add(wheel, FakeRanges::ignored);
  check_demo(index, file);
  CHECK(index.wheel(file).has_value());
}

TEST_CASE("dist metadata: what an install streams to its end is not fetched again") {
  FakeIndex index({.keep_streamed = true});
  auto file = index.add(big_wheel(), FakeRanges::ignored);
  check_demo(index, file);
  auto wheel = index.wheel(file);
  REQUIRE_MESSAGE(wheel.has_value(), wheel.error().message);
  CHECK((*wheel)->dist_info == "demo-1.0.dist-info");
  CHECK(index.server->log.size() == 1);
  CHECK(index.database->account().streamed == 1);
  CHECK(index.database->account().downloaded == 0);
}

TEST_CASE("dist metadata: an install drops a stream that nobody wants, and its staging") {
  WheelMaker maker = big_wheel(3'000'000);
  maker.metadata_first = true;
  FakeIndex index({.keep_streamed = true});
  auto file = index.add(maker, FakeRanges::ignored);
  check_demo(index, file);
  auto wheel = index.wheel(file);
  REQUIRE_MESSAGE(wheel.has_value(), wheel.error().message);
  for (const std::string& path : index.wheel_bucket())
    CHECK(path.find(".staging") == std::string::npos);
}

TEST_CASE("dist metadata: the second run asks nothing") {
  auto cache = base::TempDir::create("/tmp", "pipit-dist-test-");
  REQUIRE(cache.has_value());
  for (const char* requests : {"GET /demo-1.0-py3-none-any.whl bytes=-32000", ""}) {
    FakeIndex index({}, base::join_path(cache->path(), "c"));
    check_demo(index, index.add(big_wheel()));
    index.database.reset();
    CHECK(index.requests() == requests);
  }
}

TEST_CASE("dist metadata: many who ask cause one request") {
  FakeIndex index;
  auto file = index.add(big_wheel());
  std::atomic<int> good = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 16; ++i)
      threads.emplace_back([&] { good += index.metadata(file).has_value() ? 1 : 0; });
  }
  CHECK(good == 16);
  CHECK(index.server->log.size() == 1);
}

TEST_CASE("dist metadata: another name or version than the file's is refused") {
  for (const char* text : {"Metadata-Version: 2.1\nName: evil\nVersion: 1.0\n\n",
                           "Metadata-Version: 2.1\nName: demo\nVersion: 2.0\n\n"}) {
    WheelMaker wheel;
    wheel.metadata = text;
    FakeIndex index;
    auto metadata = index.metadata(index.add(wheel));
    REQUIRE_FALSE(metadata.has_value());
    CHECK(metadata.error().code == Code::bad_wheel);
    CHECK(metadata.error().message.starts_with("demo-1.0-py3-none-any.whl: its metadata is of "));
  }
}

TEST_CASE("dist metadata: another wheel's .dist-info is not taken for its own") {
  WheelMaker wheel;
  wheel.dist_info_name = "evil-1.0.dist-info";
  for (FakeRanges ranges : {FakeRanges::good, FakeRanges::ignored}) {
    FakeIndex index;
    auto metadata = index.metadata(index.add(wheel, ranges));
    REQUIRE_FALSE(metadata.has_value());
    CHECK(metadata.error().message ==
          "demo-1.0-py3-none-any.whl: its evil-1.0.dist-info belongs to something else");
  }
}

TEST_CASE(
    "dist metadata: a missing file, a page instead of a wheel, an endless METADATA are errors that "
    "name the file") {
  FakeIndex index;
  auto gone = index.metadata(index.add("gone-1-py3-none-any.whl", {.bytes = "x", .status = 404}));
  REQUIRE_FALSE(gone.has_value());
  CHECK(gone.error().code == Code::http_status);
  CHECK(gone.error().message ==
        "metadata gone-1-py3-none-any.whl: https://files.test/gone-1-py3-none-any.whl answered 404 "
        "(not found)");
  auto page =
      index.metadata(index.add("page-1-py3-none-any.whl", {.bytes = "<html>log in</html>"}));
  REQUIRE_FALSE(page.has_value());
  CHECK(page.error().message == "page-1-py3-none-any.whl: is not a zip archive");
  WheelMaker wheel;
  wheel.metadata = wheel.metadata_text() + std::string(40u << 20, ' ');
  for (FakeRanges ranges : {FakeRanges::good, FakeRanges::ignored}) {
    wheel.version = ranges == FakeRanges::good ? "2" : "3";
    auto endless = index.metadata(index.add(wheel, ranges));
    REQUIRE_FALSE(endless.has_value());
    CHECK(endless.error().message.find("too large") != std::string::npos);
  }
}

TEST_CASE("dist metadata: a stream that breaks is begun again") {
  WheelMaker wheel = big_wheel();
  FakeIndex index;
  FakeFile file{.bytes = wheel.bytes(), .ranges = FakeRanges::ignored, .cut_at = {100'000}};
  check_demo(index, index.add(wheel.file_name(), std::move(file)));
  CHECK(index.server->log.size() == 2);
}

TEST_CASE("dist metadata: of a local wheel") {
  FakeIndex index;
  auto file = index.add_local("demo-1.0-py3-none-any.whl", big_wheel().bytes());
  check_demo(index, file);
  CHECK(index.requests().empty());
}

std::string sdist(const std::string& pkg_info) {
  return test::gzip_bytes(test::tar_member("demo-1.0/src/demo.egg-info/PKG-INFO", "wrong") +
                          test::tar_member("demo-1.0/PKG-INFO", pkg_info) +
                          test::tar_member("demo-1.0/pad", test::noise(2'000'000)) +
                          std::string(1024, '\0'));
}

TEST_CASE("dist metadata: a static PKG-INFO counts, and the rest of the sdist is not read") {
  FakeIndex index;
  auto file = index.add(
      "demo-1.0.tar.gz",
      {.bytes =
           sdist("Metadata-Version: 2.2\nName: demo\nVersion: 1.0\nRequires-Dist: leaf>=1\n\n")});
  check_demo(index, file);
  CHECK(index.server->bytes_sent("/demo-1.0.tar.gz") < 100'000);
}

TEST_CASE("dist metadata: a PKG-INFO that is old or dynamic needs a build") {
  for (const char* text :
       {"Metadata-Version: 2.1\nName: demo\nVersion: 1.0\n\n",
        "Metadata-Version: 2.2\nName: demo\nVersion: 1.0\nDynamic: Requires-Dist\nRequires-Dist: "
        "leaf\n\n",
        "Metadata-Version: 2.2\nName: demo\nVersion: 1.0\nDynamic: requires-python\n\n"}) {
    FakeIndex index;
    auto metadata = index.metadata(index.add("demo-1.0.tar.gz", {.bytes = sdist(text)}));
    REQUIRE_FALSE(metadata.has_value());
    CHECK(metadata.error().code == Code::unsupported);
    CHECK(metadata.error().message ==
          "demo-1.0.tar.gz: needs to be built to know its dependencies");
  }
}

TEST_CASE("dist metadata: cancelling wakes who waits") {
  FakeIndex index;
  FakeFile slow{.bytes = big_wheel().bytes(), .ranges = FakeRanges::ignored, .piece = 100};
  slow.sending = [](std::size_t) { std::this_thread::sleep_for(std::chrono::milliseconds(2)); };
  auto file = index.add("demo-1.0-py3-none-any.whl", std::move(slow));
  std::jthread stopper([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    index.stop.request_stop();
  });
  auto metadata = index.metadata(file);
  REQUIRE_FALSE(metadata.has_value());
  CHECK(metadata.error().code == Code::cancelled);
}

}  // namespace
}  // namespace pipit::distribution
