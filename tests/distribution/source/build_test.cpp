#include <doctest/doctest.h>

#include <thread>

#include "base/file.h"
#include "base/file_tree.h"
#include "base/json.h"
#include "base/process.h"
#include "base/temp_dir.h"
#include "distribution/source/built_cache.h"
#include "tests/distribution/fake_builder.h"
#include "tests/distribution/fake_index.h"

namespace pipit::distribution {
namespace {

using test::FakeBuilder;
using test::FakeFile;
using test::FakeIndex;
using test::old_pkg_info;
using test::source_tar;
using test::source_zip;

constexpr const char* kSdist = "demo-1.0.tar.gz";
constexpr const char* kWheel = "demo-1.0-cp312-cp312-linux_x86_64.whl";

std::string demo_sdist(const std::string& content = "one") {
  return source_tar("demo-1.0", {{"PKG-INFO", old_pkg_info("demo", "1.0")}, {"content", content}});
}

/// An index with a builder, on a cache that outlives it.
struct BuildFixture {
  base::TempDir place = *base::TempDir::create("/tmp", "pipit-source-test-");
  std::shared_ptr<FakeBuilder> builder = std::make_shared<FakeBuilder>();
  std::unique_ptr<FakeIndex> index;

  explicit BuildFixture(DatabaseOptions options = {}) { restart(std::move(options)); }
  /// Another run of the program on the same cache.
  void restart(DatabaseOptions options = {}) {
    index.reset();
    options.default_index = "https://default.test/simple/";
    index = std::make_unique<FakeIndex>(std::move(options), cat(place.path(), "/cache"));
    index->database->set_builder(builder);
  }
  std::string built_files() const {
    std::vector<std::string> out;
    for (const char* bucket : {"built-wheel-metadata-v0", "built-wheels-v0"})
      for (const std::string& file : base::list_tree(cat(place.path(), "/cache/", bucket))
                                         .value_or(std::vector<std::string>{}))
        out.push_back(file);
    return base::join(out, " ");
  }
  std::string document(const std::string& path) const {
    return base::read_file(cat(place.path(), "/cache/built-wheel-metadata-v0/", path), 1 << 20)
        .value_or("");
  }
  std::vector<std::string> wheels_in(const std::string& shard) const {
    auto json = base::parse_json(document(cat(shard, "/metadata.json")));
    std::vector<std::string> names;
    if (json && json->find("data") && json->find("data")->object())
      for (const auto& [name, fields] : *json->find("data")->object()) names.push_back(name);
    return names;
  }
};

std::string shard_of_index() {
  return cat(base::sha256_hex("https://index.test/simple/"), "/", kSdist);
}

TEST_CASE("dist source: metadata is prepared once, then read from source.json alone") {
  BuildFixture f;
  auto metadata = f.index->metadata(f.index->add(kSdist, {.bytes = demo_sdist()}));
  REQUIRE_MESSAGE(metadata.has_value(), metadata.error().message);
  CHECK((*metadata)->requires_dist.front().str() == "leaf>=1");
  CHECK(f.builder->prepared == 1);
  CHECK(f.builder->built == 0);
  CHECK(f.builder->closed == 1);
  CHECK(f.index->requests() == "GET /demo-1.0.tar.gz");
  CHECK(f.built_files() == cat(shard_of_index(), "/source.json"));

  f.restart();
  metadata = f.index->metadata(f.index->add(kSdist, {.bytes = demo_sdist()}));
  REQUIRE(metadata.has_value());
  CHECK((*metadata)->version.str() == "1.0");
  CHECK(f.builder->prepared == 1);
  CHECK(f.index->requests() == "");
}

TEST_CASE("dist source: a wheel is built once and kept with its metadata") {
  BuildFixture f({.keep_streamed = true});
  auto file = f.index->add(kSdist, {.bytes = demo_sdist()});
  REQUIRE(f.index->metadata(file).has_value());
  auto wheel = f.index->wheel(file);
  REQUIRE_MESSAGE(wheel.has_value(), wheel.error().message);
  CHECK((*wheel)->file_name == kWheel);
  CHECK(base::read_file(cat((*wheel)->directory, "/demo/__init__.py"), 99).value_or("") == "one");
  CHECK(f.builder->opened == 1);  // the metadata's tree served for the wheel
  CHECK(f.builder->built == 1);
  CHECK(f.index->requests() == "GET /demo-1.0.tar.gz");
  CHECK(f.index->database->account().built == 1);
  CHECK(f.wheels_in(shard_of_index()) == std::vector<std::string>{kWheel});

  f.restart();
  file = f.index->add(kSdist, {.bytes = demo_sdist()});
  wheel = f.index->wheel(file);
  REQUIRE(wheel.has_value());
  CHECK(f.builder->built == 1);
  CHECK(f.builder->opened == 1);
  CHECK(f.index->requests() == "");
  CHECK(f.index->database->account().from_cache == 1);
}

TEST_CASE("dist source: without the hook the wheel is built for its metadata, and kept") {
  BuildFixture f;
  f.builder->has_prepare = false;
  auto file = f.index->add(kSdist, {.bytes = demo_sdist()});
  auto metadata = f.index->metadata(file);
  REQUIRE_MESSAGE(metadata.has_value(), metadata.error().message);
  CHECK((*metadata)->requires_dist.size() == 1);
  REQUIRE(f.index->wheel(file).has_value());
  CHECK(f.builder->built == 1);
  f.restart();
  metadata = f.index->metadata(f.index->add(kSdist, {.bytes = demo_sdist()}));
  REQUIRE(metadata.has_value());
  CHECK(f.builder->built == 1);
  CHECK(f.index->requests() == "");
}

TEST_CASE("dist source: metadata.json has the documented shape") {
  BuildFixture f;
  f.builder->requirements = {"leaf>=1", "twig; extra == \"x\""};
  REQUIRE(f.index->wheel(f.index->add(kSdist, {.bytes = demo_sdist()})).has_value());
  auto json = base::parse_json(f.document(cat(shard_of_index(), "/metadata.json")));
  REQUIRE(json.has_value());
  const base::Json* fields = json->find("data")->find(kWheel);
  REQUIRE(fields != nullptr);
  CHECK(base::to_json(*fields) ==
        R"({"metadata-version":"2.1","name":"demo",)"
        R"("requires-dist":["leaf>=1","twig; extra == \"x\""],"version":"1.0"})");
}

TEST_CASE("dist source: another Python adds its wheel, the first one stays") {
  BuildFixture f;
  REQUIRE(f.index->wheel(f.index->add(kSdist, {.bytes = demo_sdist()})).has_value());
  f.builder->retarget("cp313");
  f.builder->salt = "for 313";
  f.restart();
  auto wheel = f.index->wheel(f.index->add(kSdist, {.bytes = demo_sdist()}));
  REQUIRE(wheel.has_value());
  CHECK((*wheel)->file_name == "demo-1.0-cp313-cp313-linux_x86_64.whl");
  CHECK(f.builder->built == 2);
  CHECK(f.index->requests() == "");  // the archive lies in the cache
  CHECK(f.wheels_in(shard_of_index()) ==
        std::vector<std::string>{kWheel, "demo-1.0-cp313-cp313-linux_x86_64.whl"});
}

TEST_CASE("dist source: another hash on the page replaces everything by the one new wheel") {
  BuildFixture f;
  auto old = f.index->wheel(f.index->add(kSdist, {.bytes = demo_sdist("one")}));
  REQUIRE(old.has_value());
  f.builder->retarget("cp313");
  f.restart();
  auto wheel = f.index->wheel(f.index->add(kSdist, {.bytes = demo_sdist("two")}));
  REQUIRE(wheel.has_value());
  CHECK(base::read_file(cat((*wheel)->directory, "/demo/__init__.py"), 99).value_or("") == "two");
  CHECK(f.wheels_in(shard_of_index()) ==
        std::vector<std::string>{"demo-1.0-cp313-cp313-linux_x86_64.whl"});
  const std::string files = f.built_files();
  CHECK_MESSAGE(files.find(kWheel) == std::string::npos, files);
  // The old wheel is not found again, though it still lies unpacked for who may be linking it.
  CHECK(f.document(cat(shard_of_index(), "/source.json")).find((*old)->sha256) !=
        std::string::npos);
}

TEST_CASE("dist source: without a hash on the page, validators decide") {
  BuildFixture f;
  const test::OnPage bare{.with_sha256 = false};
  auto file = f.index->add(kSdist, {.bytes = demo_sdist("one"), .etag = "\"a\""}, bare);
  REQUIRE(f.index->wheel(file).has_value());
  f.restart();
  REQUIRE(f.index->wheel(f.index->add(kSdist, {.bytes = demo_sdist("one"), .etag = "\"a\""}, bare))
              .has_value());
  CHECK(f.index->server->bytes_sent("/demo-1.0.tar.gz") == 0);  // 304
  CHECK(f.builder->built == 1);
  // Another validator, the same bytes: fetched, compared, kept.
  f.restart();
  REQUIRE(f.index->wheel(f.index->add(kSdist, {.bytes = demo_sdist("one"), .etag = "\"b\""}, bare))
              .has_value());
  CHECK(f.index->server->bytes_sent("/demo-1.0.tar.gz") > 0);
  CHECK(f.builder->built == 1);
  f.restart();
  REQUIRE(f.index->wheel(f.index->add(kSdist, {.bytes = demo_sdist("one"), .etag = "\"b\""}, bare))
              .has_value());
  CHECK(f.index->server->bytes_sent("/demo-1.0.tar.gz") == 0);
  // Other bytes: built anew.
  f.restart();
  auto wheel =
      f.index->wheel(f.index->add(kSdist, {.bytes = demo_sdist("two"), .etag = "\"c\""}, bare));
  REQUIRE(wheel.has_value());
  CHECK(base::read_file(cat((*wheel)->directory, "/demo/__init__.py"), 99).value_or("") == "two");
  CHECK(f.builder->built == 2);
  // No validators at all: fetched each time, compared by hash.
  f.restart();
  REQUIRE(f.index->wheel(f.index->add(kSdist, {.bytes = demo_sdist("two"), .etag = ""}, bare))
              .has_value());
  CHECK(f.builder->built == 2);
  CHECK(f.index->server->bytes_sent("/demo-1.0.tar.gz") > 0);
}

TEST_CASE("dist source: nothing of an archive is run before its hash holds") {
  BuildFixture f({.require_hashes = true});
  const std::string wrong(64, '0'), right = base::sha256_hex(demo_sdist());
  SUBCASE("the page lies") {
    auto file = f.index->add(kSdist, {.bytes = demo_sdist()}, {.sha256 = wrong});
    f.index->database->expect("demo", {{"sha256", wrong}});
    auto metadata = f.index->metadata(file);
    REQUIRE_FALSE(metadata.has_value());
    CHECK(metadata.error().code == Code::hash_mismatch);
  }
  SUBCASE("the expectation is another") {
    auto file = f.index->add(kSdist, {.bytes = demo_sdist()}, {.with_sha256 = false});
    f.index->database->expect("demo", {{"sha256", wrong}});
    auto metadata = f.index->metadata(file);
    REQUIRE_FALSE(metadata.has_value());
    CHECK(metadata.error().message == cat(kSdist, ": hash mismatch: expected sha256=", wrong,
                                          ", got sha256=", right,
                                          " (https://files.test/demo-1.0.tar.gz sent 186 B)"));
  }
  SUBCASE("nothing is expected where hashes are required") {
    auto metadata = f.index->metadata(f.index->add(kSdist, {.bytes = demo_sdist()}));
    REQUIRE_FALSE(metadata.has_value());
    CHECK(metadata.error().message == cat(kSdist, ": no hash is given, but hashes are required"));
  }
  SUBCASE("the wheel's own expectation") {
    f.index->database->expect("demo", {{"sha256", right}});
    auto file = f.index->add(kSdist, {.bytes = demo_sdist()});
    REQUIRE(f.index->metadata(file).has_value());
    f.builder->prepared = 0;
    f.builder->opened = 0;
    auto wheel = f.index->wheel(file, {.hashes = {{"sha256", wrong}}});
    REQUIRE_FALSE(wheel.has_value());
    CHECK(wheel.error().code == Code::hash_mismatch);
    auto good = f.index->wheel(file, {.hashes = {{"sha256", right}}});
    CHECK(good.has_value());
    return;
  }
  CHECK(f.builder->opened == 0);
  CHECK(f.builder->prepared == 0);
}

TEST_CASE("dist source: what the backend writes must be what was asked for") {
  BuildFixture f;
  auto check = [&](const std::string& message) {
    auto file = f.index->add(kSdist, {.bytes = demo_sdist()});
    (void)f.index->metadata(file);
    auto wheel = f.index->wheel(file);
    REQUIRE_FALSE(wheel.has_value());
    CHECK(wheel.error().code == Code::build_failed);
    CHECK(wheel.error().message == message);
    CHECK(f.wheels_in(shard_of_index()).empty());
  };
  SUBCASE("another name in its metadata") {
    f.builder->name = "other";
    check("demo-1.0.tar.gz: the backend reports other==1.0");
  }
  SUBCASE("another version in its metadata") {
    f.builder->version = "2.0";
    check("demo-1.0.tar.gz: the backend reports demo==2.0");
  }
  SUBCASE("another version in its wheel") {
    f.builder->has_prepare = false;
    f.builder->wheel_version = "3.0";
    check("demo-1.0.tar.gz: the wheel's metadata says demo==3.0");
  }
  SUBCASE("a wheel for another Python") {
    f.builder->tag = "cp27-cp27m-win32";
    const pep::Target& target = f.builder->target();
    check(
        cat("demo==1.0: its backend built demo-1.0-cp27-cp27m-win32.whl, which does not fit the "
            "target, Python ",
            target.markers.python_version, " on ", target.tags.ordered().front().platform));
  }
  SUBCASE("the hook fails") {
    f.builder->on_hook = []() -> Result<void> { return fail(Code::build_failed, "demo: broken"); };
    check("demo: broken");
  }
}

TEST_CASE("dist source: a wheel that does not fit the target still tells its metadata, once") {
  BuildFixture f;
  f.builder->has_prepare = false;
  f.builder->tag = "cp27-cp27m-win32";
  for (int run = 0; run < 2; ++run) {
    f.restart();
    auto metadata = f.index->metadata(f.index->add(kSdist, {.bytes = demo_sdist()}));
    REQUIRE_MESSAGE(metadata.has_value(), metadata.error().message);
    CHECK((*metadata)->requires_dist.size() == 1);
  }
  CHECK(f.builder->built == 1);
}

TEST_CASE("dist source: what was built for its metadata and does not fit is not built again") {
  BuildFixture f;
  f.builder->has_prepare = false;
  f.builder->tag = "cp27-cp27m-win32";
  auto file = f.index->add(kSdist, {.bytes = demo_sdist()});
  REQUIRE(f.index->metadata(file).has_value());
  CHECK_FALSE(f.index->wheel(file).has_value());
  CHECK(f.builder->built == 1);
}

TEST_CASE("dist source: settings that are not the defaults have a directory of their own") {
  BuildFixture f;
  f.builder->settings = "abcdef";
  REQUIRE(f.index->wheel(f.index->add(kSdist, {.bytes = demo_sdist()})).has_value());
  CHECK(f.wheels_in(cat(shard_of_index(), "/abcdef")) == std::vector<std::string>{kWheel});
  CHECK(f.wheels_in(shard_of_index()).empty());
  f.builder->settings = "";
  f.restart();
  REQUIRE(f.index->wheel(f.index->add(kSdist, {.bytes = demo_sdist()})).has_value());
  CHECK(f.builder->built == 2);
  CHECK(f.wheels_in(shard_of_index()) == std::vector<std::string>{kWheel});
}

TEST_CASE("dist source: a static pyproject.toml needs no build") {
  BuildFixture f;
  const std::string project =
      "[project]\nname = 'Demo'\nversion = '1.0'\nrequires-python = '>=3.8'\n"
      "dependencies = ['leaf>=2']\n[project.optional-dependencies]\n"
      "more = ['twig; python_version < \"4\"']\n";
  auto file = f.index->add(
      kSdist, {.bytes = source_tar("demo-1.0", {{"PKG-INFO", old_pkg_info("demo", "1.0")},
                                                {"pyproject.toml", project}})});
  auto metadata = f.index->metadata(file);
  REQUIRE_MESSAGE(metadata.has_value(), metadata.error().message);
  CHECK(f.builder->opened == 0);
  CHECK((*metadata)->requires_dist.at(0).str() == "leaf>=2");
  CHECK((*metadata)->requires_dist.at(1).str() ==
        "twig ; python_version < \"4\" and extra == \"more\"");
  CHECK((*metadata)->provides_extra == std::vector<std::string>{"more"});
  CHECK((*metadata)->requires_python_text == ">=3.8");
  f.restart();
  REQUIRE(
      f.index
          ->metadata(f.index->add(
              kSdist, {.bytes = source_tar("demo-1.0", {{"PKG-INFO", old_pkg_info("demo", "1.0")},
                                                        {"pyproject.toml", project}})}))
          .has_value());
  CHECK(f.index->requests() == "");
}

TEST_CASE("dist source: any dynamic field of pyproject.toml asks the backend") {
  for (const char* dynamic :
       {"version", "dependencies", "optional-dependencies", "requires-python"}) {
    CAPTURE(std::string(dynamic));
    BuildFixture f;
    const std::string project =
        cat("[project]\nname = 'demo'\n",
            std::string_view(dynamic) == "version" ? "" : "version = '1.0'\n", "dynamic = ['",
            dynamic, "']\n");
    auto metadata = f.index->metadata(
        f.index->add(kSdist, {.bytes = source_tar("demo-1.0", {{"pyproject.toml", project}})}));
    REQUIRE_MESSAGE(metadata.has_value(), metadata.error().message);
    CHECK(f.builder->prepared == 1);
  }
}

TEST_CASE("dist source: an sdist without PKG-INFO is built") {
  BuildFixture f;
  auto file = f.index->add(kSdist, {.bytes = source_tar("demo-1.0", {{"setup.py", "x"}})});
  auto wheel = f.index->wheel(file);
  REQUIRE_MESSAGE(wheel.has_value(), wheel.error().message);
  CHECK(f.index->requests() == "GET /demo-1.0.tar.gz");
}

TEST_CASE("dist source: a broken connection goes on where it broke, in either phase") {
  BuildFixture f({.keep_streamed = true});
  std::string noise;  // that does not compress
  for (std::uint32_t i = 0, x = 1; i < 400'000; ++i) {
    x = x * 1664525 + 1013904223;
    noise.push_back(static_cast<char>(x >> 24));
  }
  const std::string bytes =
      source_tar("demo-1.0", {{"PKG-INFO", old_pkg_info("demo", "1.0")}, {"noise", noise}});
  auto file = f.index->add(kSdist, {.bytes = bytes, .cut_at = {200'000, 100'000}});
  auto wheel = f.index->wheel(file);
  REQUIRE_MESSAGE(wheel.has_value(), wheel.error().message);
  CHECK(f.index->requests() ==
        "GET /demo-1.0.tar.gz, GET /demo-1.0.tar.gz bytes=200000-, "
        "GET /demo-1.0.tar.gz bytes=300000-");
  CHECK(f.index->server->bytes_sent("/demo-1.0.tar.gz") == bytes.size());
}

TEST_CASE("dist source: an archive by URL, whatever it is called") {
  for (const char* name : {"master.zip", "v1.0", "download"}) {
    CAPTURE(std::string(name));
    BuildFixture f;
    const std::string bytes = source_zip("demo-master", {{"content", "zip"}});
    f.index->add(name, {.bytes = bytes});
    auto source = parse_source(cat("https://files.test/", name, "?ref=1"));
    REQUIRE(source.has_value());
    auto direct = f.index->database->direct(*source, {});
    REQUIRE_MESSAGE(direct.has_value(), direct.error().message);
    const index::PagePtr page = (*direct)->page;
    CHECK(page->project == "demo");
    REQUIRE(page->releases.size() == 1);
    auto file = index::only_file(page);
    CHECK(file->name == "demo-1.0.tar.gz");
    CHECK(file->sha256 == base::sha256_hex(bytes));
    CHECK(file->kind == index::FileKind::sdist);
    CHECK(f.index->metadata(file).has_value());
    auto wheel = f.index->wheel(file);
    REQUIRE_MESSAGE(wheel.has_value(), wheel.error().message);
    CHECK(base::read_file(cat((*wheel)->directory, "/demo/__init__.py"), 99).value_or("") == "zip");
    CHECK(f.index->requests() == cat("GET /", name));
    CHECK(f.wheels_in(cat("url/", base::sha256_hex(canonical_place(*source)), "/", name)) ==
          std::vector<std::string>{kWheel});
  }
}

TEST_CASE("dist source: an archive by URL is asked about, not fetched again") {
  BuildFixture f;
  const auto ask = [&](const std::string& content, const std::string& etag) {
    f.restart();
    f.index->add("v1.0", {.bytes = source_zip("d", {{"content", content}}), .etag = etag});
    auto direct = f.index->database->direct(*parse_source("https://files.test/v1.0"), {});
    REQUIRE_MESSAGE(direct.has_value(), direct.error().message);
    auto wheel = f.index->wheel(index::only_file((*direct)->page));
    REQUIRE(wheel.has_value());
    return base::read_file(cat((*wheel)->directory, "/demo/__init__.py"), 99).value_or("");
  };
  CHECK(ask("one", "\"a\"") == "one");
  CHECK(ask("one", "\"a\"") == "one");
  CHECK(f.index->server->bytes_sent("/v1.0") == 0);
  CHECK(f.builder->built == 1);
  CHECK(f.builder->prepared == 1);
  CHECK(ask("two", "\"b\"") == "two");
  CHECK(f.builder->built == 2);
}

TEST_CASE("dist source: a hash behind the URL holds before anything is run") {
  BuildFixture f;
  const std::string bytes = source_zip("d", {{"content", "x"}});
  f.index->add("v1.0", {.bytes = bytes});
  const std::string wrong(64, '0');
  auto bad =
      f.index->database->direct(*parse_source(cat("https://files.test/v1.0#sha256=", wrong)), {});
  REQUIRE_FALSE(bad.has_value());
  CHECK(bad.error().code == Code::hash_mismatch);
  CHECK(f.builder->opened == 0);
  auto good = f.index->database->direct(
      *parse_source(cat("https://files.test/v1.0#sha256=", base::sha256_hex(bytes))), {});
  CHECK(good.has_value());
}

TEST_CASE("dist source: a subdirectory of an archive is the project") {
  BuildFixture f;
  f.index->add("x.zip", {.bytes = source_zip("d", {{"content", "top"}, {"sub/content", "sub"}})});
  auto direct =
      f.index->database->direct(*parse_source("https://files.test/x.zip#subdirectory=sub"), {});
  REQUIRE_MESSAGE(direct.has_value(), direct.error().message);
  auto wheel = f.index->wheel(index::only_file((*direct)->page));
  REQUIRE(wheel.has_value());
  CHECK(base::read_file(cat((*wheel)->directory, "/demo/__init__.py"), 99).value_or("") == "sub");
  auto none =
      f.index->database->direct(*parse_source("https://files.test/x.zip#subdirectory=none"), {});
  REQUIRE_FALSE(none.has_value());
  CHECK(none.error().code == Code::not_found);
}

TEST_CASE("dist source: a folder is built anew in every run") {
  BuildFixture f;
  base::TempDir project = *base::TempDir::create("/tmp", "pipit-project-");
  REQUIRE(base::write_file(cat(project.path(), "/content"), "one"));
  const auto install = [&](bool editable) {
    auto source = *parse_source(project.path());
    source.editable = editable;
    auto direct = f.index->database->direct(source, {});
    REQUIRE_MESSAGE(direct.has_value(), direct.error().message);
    auto wheel = f.index->wheel(index::only_file((*direct)->page));
    REQUIRE_MESSAGE(wheel.has_value(), wheel.error().message);
    return base::read_file(cat((*wheel)->directory, "/demo/__init__.py"), 99).value_or("");
  };
  CHECK(install(false) == "one");
  f.restart();
  CHECK(install(false) == "one");
  CHECK(f.builder->built == 2);
  CHECK(f.builder->prepared == 2);
  f.restart();
  CHECK(install(true) == "one editable");
  CHECK(f.builder->built == 3);
  CHECK(base::read_file(cat(project.path(), "/content"), 99).value_or("") == "one");
}

TEST_CASE("dist source: a local archive is looked at, and read only when it changed") {
  BuildFixture f;
  base::TempDir place = *base::TempDir::create("/tmp", "pipit-archive-");
  const std::string path = cat(place.path(), "/demo-1.0.tar.gz");
  const auto install = [&] {
    f.restart();
    auto direct = f.index->database->direct(*parse_source(path), {});
    REQUIRE_MESSAGE(direct.has_value(), direct.error().message);
    return f.index->wheel(index::only_file((*direct)->page)).has_value();
  };
  REQUIRE(base::write_file(path, demo_sdist("one")));
  CHECK(install());
  CHECK(install());
  CHECK(f.builder->built == 1);
  CHECK(f.builder->opened == 1 + 1);  // metadata and wheel, without keep_streamed
  REQUIRE(base::write_file(path, demo_sdist("another")));
  CHECK(install());
  CHECK(f.builder->built == 2);
}

TEST_CASE("dist source: many who ask at once get one build") {
  BuildFixture f({.keep_streamed = true});
  auto file = f.index->add(kSdist, {.bytes = demo_sdist()});
  std::vector<std::jthread> threads;
  std::atomic<int> good{0};
  for (int i = 0; i < 16; ++i)
    threads.emplace_back([&] { good += f.index->wheel(file).has_value() ? 1 : 0; });
  threads.clear();
  CHECK(good == 16);
  CHECK(f.builder->built == 1);
  CHECK(f.index->requests() == "GET /demo-1.0.tar.gz");
}

TEST_CASE("dist source: two stores on one directory build once between them") {
  BuildFixture f;
  std::vector<std::unique_ptr<FakeIndex>> others;
  std::vector<std::jthread> threads;
  std::atomic<int> good{0};
  for (int i = 0; i < 4; ++i) {
    others.push_back(std::make_unique<FakeIndex>(DatabaseOptions{}, cat(f.place.path(), "/cache")));
    others.back()->database->set_builder(f.builder);
  }
  for (auto& other : others)
    threads.emplace_back([&] {
      auto file = other->add(kSdist, {.bytes = demo_sdist()});
      good += other->wheel(file).has_value() ? 1 : 0;
    });
  threads.clear();
  CHECK(good == 4);
  CHECK(f.builder->built == 1);
  CHECK(f.builder->prepared == 0);  // nobody asked for the metadata alone
}

TEST_CASE("dist source: a build that needs itself is an error, not a hang") {
  BuildFixture f;
  auto file = f.index->add(kSdist, {.bytes = demo_sdist()});
  f.builder->on_hook = [&]() -> Result<void> {
    PIPIT_TRY(f.index->wheel(file));
    return {};
  };
  auto wheel = f.index->wheel(file);
  REQUIRE_FALSE(wheel.has_value());
  CHECK(wheel.error().code == Code::cycle);
}

TEST_CASE("dist source: files for a wheelhouse") {
  BuildFixture f;
  base::TempDir house = *base::TempDir::create("/tmp", "pipit-house-");
  auto file = f.index->add(kSdist, {.bytes = demo_sdist()});
  auto built = f.index->database->wheel_file(file, {}, house.path(), {});
  REQUIRE_MESSAGE(built.has_value(), built.error().message);
  CHECK(*built == cat(house.path(), "/", kWheel));
  auto published = f.index->database->published_file(file, {}, house.path(), {});
  REQUIRE_MESSAGE(published.has_value(), published.error().message);
  CHECK(*published == cat(house.path(), "/", kSdist));
  CHECK(base::read_file(*published, 1 << 20).value_or("") == demo_sdist());
  test::WheelMaker other{.name = "other"};
  auto wheel = f.index->database->wheel_file(f.index->add(other), {}, house.path(), {});
  REQUIRE_MESSAGE(wheel.has_value(), wheel.error().message);
  CHECK(base::read_file(*wheel, 1 << 20).value_or("") == other.bytes());
  CHECK(base::list_directory(house.path())->size() == 3);
}

TEST_CASE("dist source: without a builder, sources that need one say so") {
  FakeIndex index;
  auto file = index.add(kSdist, {.bytes = demo_sdist()});
  auto metadata = index.metadata(file);
  REQUIRE_FALSE(metadata.has_value());
  CHECK(metadata.error().code == Code::unsupported);
  CHECK(metadata.error().message == "demo-1.0.tar.gz: needs to be built to know its dependencies");
}

}  // namespace
}  // namespace pipit::distribution
