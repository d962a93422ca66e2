#include "operation/lock_output.h"

#include <doctest/doctest.h>

#include "index/page_codec.h"
#include "index/page_parse.h"
#include "tests/operation/operation_fixture.h"

namespace pipit::operation {
namespace {

using operation_test::World;

const std::string kLockedDigest(64, 'a');
constexpr const char* kLockIndex = "https://i.example/simple/";

/// A resolution put together by hand, and what its lock says.
struct Locking {
  Locking() {
    world.options.index.catalog.indexes = {*base::parse_url(cat("https://u:secret@", kHost))};
    policy.target = std::make_shared<const pep::Target>();
  }
  /// Adds the release of a page, `json` being its files; the first of them is the one chosen.
  resolve::Chosen& add(const std::string& name, const std::string& version, const std::string& json,
                       const std::string& place = kLockIndex) {
    auto stored = index::parse_page(
        cat("{\"files\":[", json, "]}"),
        index::PageSource{name, place, *base::parse_url(cat(kLockIndex, name, "/"))});
    if (!stored) FAIL(stored.error().message);
    resolve::Chosen one;
    one.name = name;
    one.version = *pep::Version::parse(version);
    one.page = *index::decode_page(base::SharedText(std::move(*stored)));
    const auto files = index::files_of(*one.page, one.version);
    if (!files.empty()) one.file = index::file_of(one.page, files.front());
    resolution.chosen.push_back(std::move(one));
    return resolution.chosen.back();
  }
  /// The same from a path or URL.
  resolve::Chosen& add_direct(const std::string& name, distribution::DirectReference source) {
    resolve::Chosen& one = add(name, "1", file(cat(name, "-1.zip")));
    one.direct = true;
    one.source = std::move(source);
    return one;
  }
  static std::string file(const std::string& name, const std::string& more = {}) {
    return cat("{\"filename\":\"", name, "\",\"url\":\"", name, "\"",
               more.empty() ? cat(",\"hashes\":{\"sha256\":\"", kLockedDigest, "\"}") : more, "}");
  }
  /// What stands behind the first lines, or the error.
  std::string packages() {
    const std::string text = whole();
    const std::size_t at = text.find("[[packages]]");
    return at == std::string::npos ? text : text.substr(at);
  }
  std::string whole() {
    Session session(world.options, {}, world.heard, {});
    const auto text = lock_text(session, policy, inputs, resolution, world.at("pylock.toml"));
    return text ? *text : cat("error: ", text.error().message);
  }
  static bool says(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
  }

  static constexpr const char* kHost = "i.example/simple/";
  World world;
  resolve::Policy policy;
  Inputs inputs;
  resolve::Resolution resolution;
};

TEST_CASE("lock: every file of the release that may be installed, with all that is known of it") {
  Locking lock;
  lock.add("a", "1",
           cat(Locking::file("a-1-py3-none-any.whl",
                             cat(",\"size\":12,\"upload-time\":\"2024-05-01T12:30:00Z\","
                                 "\"hashes\":{\"sha256\":\"",
                                 kLockedDigest, "\"}")),
               ",", Locking::file("a-1-cp27-none-any.whl"), ",",
               Locking::file("a-1.tar.gz",
                             cat(",\"hashes\":{\"sha512\":\"", std::string(128, 'b'), "\"}")),
               ",", Locking::file("a-1.zip"), ",", Locking::file("a-2-py3-none-any.whl")));
  const std::string text = lock.packages();
  CHECK_EQ(
      text,
      cat("[[packages]]\nname = \"a\"\nversion = \"1\"\nindex = \"", kLockIndex,
          "\"\nsdist = { name = \"a-1.tar.gz\", url = \"", kLockIndex,
          "a/a-1.tar.gz\", hashes = { sha512 = \"", std::string(128, 'b'), "\" } }\n",
          "wheels = [\n    { name = \"a-1-cp27-none-any.whl\", url = \"", kLockIndex,
          "a/a-1-cp27-none-any.whl\", hashes = { sha256 = \"", kLockedDigest, "\" } },\n",
          "    { name = \"a-1-py3-none-any.whl\", upload-time = 2024-05-01T12:30:00Z, url = \"",
          kLockIndex, "a/a-1-py3-none-any.whl\", size = 12, hashes = { sha256 = \"", kLockedDigest,
          "\" } },\n]\n"));
}

TEST_CASE("lock: kinds that are not allowed and files that were yanked are left out") {
  const std::string yanked =
      cat(",\"yanked\":true,\"hashes\":{\"sha256\":\"", kLockedDigest, "\"}");
  Locking lock;
  lock.add("a", "1",
           cat(Locking::file("a-1-py3-none-any.whl"), ",", Locking::file("a-1.zip"), ",",
               Locking::file("a-1-cp27-none-any.whl", yanked)));
  std::string text = lock.packages();
  CHECK(Locking::says(text, "a-1-py3-none-any.whl"));
  CHECK(Locking::says(text, "a-1.zip"));
  CHECK_FALSE(Locking::says(text, "a-1-cp27-none-any.whl"));
  lock.policy.binary.only_binary = {"a"};
  CHECK_FALSE(Locking::says(lock.packages(), "a-1.zip"));
  lock.policy.binary = {};
  lock.policy.binary.no_binary = {"a"};
  text = lock.packages();
  CHECK_FALSE(Locking::says(text, ".whl"));
  CHECK(Locking::says(text, "a-1.zip"));
  // One that was chosen although it was yanked takes the others with it.
  lock.policy.binary = {};
  lock.resolution.chosen.clear();
  lock.add("a", "1",
           cat(Locking::file("a-1-py3-none-any.whl", yanked), ",",
               Locking::file("a-1-cp27-none-any.whl", yanked)));
  text = lock.packages();
  CHECK(Locking::says(text, "a-1-py3-none-any.whl"));
  CHECK(Locking::says(text, "a-1-cp27-none-any.whl"));
}

TEST_CASE("lock: files without a hash are left out with a warning, the chosen one is fetched") {
  Locking lock;
  lock.add(
      "a", "1",
      cat(Locking::file("a-1-py3-none-any.whl"), ",", Locking::file("a-1-cp27-none-any.whl", " "),
          ",", Locking::file("a-1-cp26-none-any.whl", " ")));
  CHECK_FALSE(Locking::says(lock.packages(), "cp2"));
  CHECK_EQ(lock.world.heard.warnings(),
           "a 1: 2 of its files are left out: the index gives no hash for them\n");
  lock.resolution.chosen.clear();
  lock.add("b", "1", Locking::file("b-1.zip", " "));
  const std::string said = lock.packages();
  CHECK(said.starts_with("error: sdist b-1.zip: "));
  CHECK(Locking::says(said, "--offline"));
  CHECK_EQ(lock.world.heard.warnings(), "");
}

TEST_CASE("lock: files of this machine stand by relative path, with a digest of their own") {
  World world;
  world.add("a", "1", {"b"});
  world.add("b", "1");
  const auto operation = world.resolve({"a"});
  REQUIRE(operation);
  const auto text = lock_text(operation->session(), operation->request().policy, {},
                              operation->resolution(), world.at("sub/pylock.toml"));
  REQUIRE(text);
  for (const char* name : {"a", "b"})
    CHECK(text->find(
              cat("    { name = \"", name, "-1-py3-none-any.whl\", path = \"../wheelhouse/", name,
                  "-1-py3-none-any.whl\", size = ",
                  world.text_of(cat("wheelhouse/", name, "-1-py3-none-any.whl")).size(),
                  ", hashes = { sha256 = \"",
                  base::sha256_hex(world.text_of(cat("wheelhouse/", name, "-1-py3-none-any.whl"))),
                  "\" } },")) != std::string::npos);
  CHECK(text->find("index = ") == std::string::npos);  // a folder is no index
  CHECK(text->find("dependencies = [\n    { name = \"b\" },\n]") != std::string::npos);
}

TEST_CASE("lock: what is named by URL or path") {
  using Kind = distribution::DirectReference::Kind;
  Locking lock;
  SUBCASE("a repository: its commit, and how it was asked for") {
    distribution::DirectReference source;
    source.kind = Kind::git;
    source.url = "https://h/r";
    source.revision = "main";
    source.commit = std::string(40, 'c');
    source.subdirectory = "sub";
    lock.add_direct("a", source);
    CHECK_EQ(lock.packages(),
             cat("[[packages]]\nname = \"a\"\nversion = \"1\"\n"
                 "vcs = { type = \"git\", url = \"https://h/r\", requested-revision = \"main\", "
                 "commit-id = \"",
                 source.commit, "\", subdirectory = \"sub\" }\n"));
  }
  SUBCASE("a folder: its version may be another one tomorrow") {
    distribution::DirectReference source;
    source.kind = Kind::directory;
    source.url = base::path_to_file_url(lock.world.at("my project"));
    source.editable = true;
    lock.add_direct("a", source);
    CHECK_EQ(lock.packages(),
             "[[packages]]\nname = \"a\"\n"
             "directory = { path = \"my project\", editable = true }\n");
  }
  SUBCASE("an archive: with the hash that was named") {
    distribution::DirectReference source;
    source.url = "https://h/a-1.zip?token=1";
    source.subdirectory = "sub";
    source.hashes = {{"sha256", kLockedDigest}};
    lock.add_direct("a", source);
    const std::string text = lock.packages();
    CHECK(Locking::says(text, "archive = { url = \"https://h/a-1.zip?token="));
    CHECK_FALSE(Locking::says(text, "#"));  // subdirectory and hash have keys of their own
    CHECK(Locking::says(
        text, cat("hashes = { sha256 = \"", kLockedDigest, "\" }, subdirectory = \"sub\" }")));
  }
}

TEST_CASE("lock: who needs whom, with the version where a name has several entries") {
  Locking lock;
  const auto entry = [&lock](const char* name, const char* version) -> resolve::Chosen& {
    return lock.add(name, version, Locking::file(cat(name, "-", version, ".zip")));
  };
  const auto requiring = [](const char* text) {
    auto metadata = std::make_shared<pep::Metadata>();
    metadata->requires_dist = {*pep::parse_requirement(text)};
    return metadata;
  };
  entry("a", "1").metadata = requiring("b>=2");
  entry("b", "1").via = {"a", "c"};
  entry("b", "2").via = {"a", "c"};
  entry("c", "1");  // its metadata is not known
  entry("d", "1").via = {"-r requirements.in"};
  const std::string text = lock.packages();
  const auto part = [&text](const std::string& name) {
    const std::size_t at = text.find(cat("name = \"", name, "\"\n"));
    return text.substr(at, text.find("[[packages]]", at) - at);
  };
  CHECK(Locking::says(part("a"), "dependencies = [\n    { name = \"b\", version = \"2\" },\n]\n"));
  CHECK(Locking::says(part("c"),
                      "dependencies = [\n    { name = \"b\", version = \"1\" },\n"
                      "    { name = \"b\", version = \"2\" },\n]\n"));
  CHECK_FALSE(Locking::says(part("d"), "dependencies"));
}

TEST_CASE("lock: the environments it is for") {
  Locking lock;
  CHECK_FALSE(Locking::says(lock.whole(), "environments"));
  auto target = std::make_shared<pep::Target>();
  target->markers.python_version = "3.12";
  target->markers.sys_platform = "linux";
  lock.policy.target = target;
  lock.inputs.requires_python = {{*pep::SpecifierSet::parse(">=3.9"), ">=3.9", "pyproject.toml"}};
  std::string text = lock.whole();
  const std::size_t at = text.find("environments = [");
  REQUIRE(at != std::string::npos);
  CHECK_EQ(text.substr(at, text.find(']', at) - at),
           "environments = [\n"
           R"(    "python_version == \"3.12\" and sys_platform == \"linux\"",)"
           "\n");
  CHECK(Locking::says(text, "requires-python = \">=3.9\"\n"));
  // Of several nothing is said: none of them alone would be true.
  lock.inputs.requires_python.push_back(lock.inputs.requires_python.front());
  CHECK_FALSE(Locking::says(lock.whole(), "requires-python"));
  lock.policy.target = nullptr;
  lock.policy.lowest_python = *pep::Version::parse("3.10");
  lock.inputs.environments.counted = {{*pep::Marker::parse("os_name == 'nt'"), "--environment"}};
  text = lock.whole();
  CHECK(Locking::says(text, "requires-python = \">=3.10\"\n"));
  CHECK(Locking::says(text, "os_name == "));
  CHECK_FALSE(Locking::says(text, "python_version"));
}

TEST_CASE("lock: an entry without a file is a defect of ours, and is said to be") {
  Locking lock;
  lock.resolution.chosen.resize(1);
  lock.resolution.chosen[0].name = "a";
  CHECK_EQ(lock.packages(), "error: a: no file to lock");
}

}  // namespace
}  // namespace pipit::operation
