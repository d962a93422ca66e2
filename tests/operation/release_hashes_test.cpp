#include "operation/release_hashes.h"

#include <doctest/doctest.h>

#include "base/file_digest.h"
#include "base/hash.h"
#include "index/find_links.h"
#include "tests/operation/operation_fixture.h"

namespace pipit::operation {
namespace {

using operation_test::World;

struct Hashing {
  resolve::Chosen& add(const std::string& name, std::vector<index::RawFile> raw_files) {
    index::LinkedFiles files;
    for (index::RawFile& raw : raw_files) files.add(std::move(raw));
    resolve::Chosen one;
    one.name = name;
    one.version = *pep::Version::parse("1");
    one.page = files.page(name, "https://h/simple/");
    one.file = index::only_file(one.page);
    resolution.chosen.push_back(std::move(one));
    return resolution.chosen.back();
  }
  static index::RawFile file(const std::string& name, char digit = 0) {
    index::RawFile raw;
    raw.name = name;
    raw.url = cat("https://h/", name);
    if (digit != 0) raw.sha256 = std::string(64, digit);
    return raw;
  }
  /// One line for each package, or the error.
  std::string lines() {
    Session session(world.options, {}, world.heard, {});
    const auto hashes = release_hashes(session, policy, kept, resolution);
    if (!hashes) return cat("error: ", hashes.error().message);
    std::string out;
    for (const auto& one : *hashes)
      out += base::join(std::vector<std::string>(one.begin(), one.end()), " ") + "\n";
    return out;
  }

  World world;
  resolve::Policy policy;
  KeptHashes kept;
  resolve::Resolution resolution;
};

std::string digest(char digit) { return cat("sha256:", std::string(64, digit)); }

TEST_CASE("hashes: those of all files of the release, and of no other") {
  Hashing hashing;
  index::RawFile strong = Hashing::file("a-1-cp27-none-any.whl");
  strong.other_hash = cat("sha512=", std::string(128, 'e'));
  hashing.add("a", {Hashing::file("a-1-py3-none-any.whl", 'b'), Hashing::file("a-1.tar.gz", 'a'),
                    Hashing::file("a-2.tar.gz", 'c'), strong});
  CHECK_EQ(hashing.lines(),
           cat(digest('a'), " ", digest('b'), " sha512:", std::string(128, 'e'), "\n"));
  CHECK_EQ(hashing.world.heard.said(), "");
}

TEST_CASE("hashes: what was pinned with hashes keeps them, whatever the page has by now") {
  Hashing hashing;
  hashing.add("a", {Hashing::file("a-1-py3-none-any.whl", 'b')});
  hashing.kept["a"] = {{*pep::Version::parse("1.0"), "", {digest('f')}}};
  CHECK_EQ(hashing.lines(), digest('f') + "\n");
  hashing.kept["a"] = {{*pep::Version::parse("2"), "", {digest('f')}}};
  CHECK_EQ(hashing.lines(), digest('b') + "\n");
  hashing.kept["a"] = {{std::nullopt, "https://h/a.zip", {digest('f')}}};
  CHECK_EQ(hashing.lines(), digest('b') + "\n");
  resolve::Chosen& one = hashing.resolution.chosen.front();
  one.source = *distribution::parse_source("https://h/a.zip");
  CHECK_EQ(hashing.lines(), digest('f') + "\n");
}

TEST_CASE("hashes: files after the cutoff do not count") {
  Hashing hashing;
  index::RawFile late = Hashing::file("a-1.tar.gz", 'a');
  late.upload_time = 2000;
  index::RawFile early = Hashing::file("a-1-py3-none-any.whl", 'b');
  early.upload_time = 1000;
  hashing.add("a", {early, late});
  hashing.policy.exclude_newer.all = 1500;
  CHECK_EQ(hashing.lines(), digest('b') + "\n");
}

TEST_CASE("hashes: files of this machine are hashed, those that the options rule out are not") {
  World world;
  world.add("a", "1", {"b"});
  world.add("b", "1");
  const auto operation = world.resolve({"a"});
  REQUIRE(operation);
  world.heard.said();
  const auto hashes = release_hashes(operation->session(), operation->request().policy, {},
                                     operation->resolution());
  REQUIRE(hashes);
  REQUIRE_EQ(hashes->size(), 2);
  CHECK_EQ(
      (*hashes)[0],
      std::set<std::string>{cat(
          "sha256:", *base::file_digest(world.at("wheelhouse/a-1-py3-none-any.whl"), "sha256"))});
  CHECK_EQ(world.heard.said(), "Found the hashes of 2 files\n");
  Hashing hashing;
  hashing.add("c", {Hashing::file("c-1-py3-none-any.whl", 'b'), Hashing::file("c-1.tar.gz")});
  hashing.policy.binary.only_binary = {"c"};
  CHECK_EQ(hashing.lines(), digest('b') + "\n");
  hashing.policy.binary = {};
  CHECK(hashing.lines().starts_with("error: "));  // it would have to be fetched
}

TEST_CASE("hashes: a folder and a repository have none, which one warning says") {
  Hashing hashing;
  hashing.add("a", {Hashing::file("a-1.tar.gz")}).source = *distribution::parse_source("/");
  hashing.add("b", {Hashing::file("b-1.tar.gz")}).source =
      *distribution::parse_source("git+https://h/b");
  resolve::Chosen& zip = hashing.add("c", {Hashing::file("c-1.tar.gz")});
  zip.source = *distribution::parse_source(cat("https://h/c.zip#sha256=", std::string(64, 'c')));
  CHECK_EQ(hashing.lines(), cat("\n\n", digest('c'), "\n"));
  CHECK_EQ(hashing.world.heard.warnings(),
           "without a hash, which only files have: a (a folder), b (a repository); "
           "--require-hashes will refuse the output\n");
}

}  // namespace
}  // namespace pipit::operation
