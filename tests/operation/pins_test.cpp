#include "operation/pins.h"

#include <doctest/doctest.h>

#include "base/file.h"
#include "base/path.h"
#include "base/temp_dir.h"
#include "base/text.h"

namespace pipit::operation {
namespace {

const std::string kPinnedCommit(40, 'a');

Pins pins_of(const std::string& text, const std::string& name = "r.txt") {
  auto folder = base::TempDir::create("/tmp", "pipit-pins-");
  REQUIRE(folder);
  const std::string path = base::join_path(folder->path(), name);
  REQUIRE(base::write_file(path, text));
  auto pins = read_pins(path);
  REQUIRE(pins);
  return std::move(*pins);
}

/// The commit that an input of this URL keeps; "" for none.
std::string kept(const Pins& pins, const std::string& url, const std::string& name = "") {
  Inputs inputs;
  resolve::UserRequirement wanted;
  wanted.requirement.name = name;
  wanted.source = *distribution::parse_source(url);
  inputs.roots.push_back(std::move(wanted));
  keep_commits(pins, inputs);
  return inputs.roots.front().source->commit;
}

TEST_CASE("pins: versions, and nothing of what is no pin") {
  const Pins pins = pins_of("a==1\nb>=2\n-e ./c\nd==3 ; python_version < '3'\n");
  CHECK_EQ(pins.versions.size(), 2);
  CHECK_EQ(pins.versions.at("d").front().version.str(), "3");
  CHECK(pins.commits.empty());
}

TEST_CASE("pins: a commit is kept for the same place and revision") {
  const Pins pins =
      pins_of(cat("x @ git+https://h/x@", kPinnedCommit, "\n    # revision main\n",
                  "y @ git+https://h/y@", kPinnedCommit, "#subdirectory=s\n    # via -r in\n"));
  CHECK_EQ(kept(pins, "git+https://h/x@main", "x"), kPinnedCommit);
  CHECK_EQ(kept(pins, "git+https://h/x.git@main"), kPinnedCommit);
  CHECK_EQ(kept(pins, "git+https://h/x@other", "x"), "");
  CHECK_EQ(kept(pins, "git+https://h/x", "x"), "");
  CHECK_EQ(kept(pins, "git+https://h/x@main", "another"), "");
  CHECK_EQ(kept(pins, "git+https://h/y#subdirectory=s", "y"), kPinnedCommit);
  CHECK_EQ(kept(pins, "git+https://h/y", "y"), "");
}

TEST_CASE("pins: of a lock by the revision it names") {
  const Pins pins = pins_of(
      cat("lock-version = '1.0'\ncreated-by = 'x'\n[[packages]]\nname = 'x'\nvcs = { type = 'git', "
          "url = 'https://h/x', requested-revision = 'main', commit-id = '",
          kPinnedCommit,
          "' }\n[[packages]]\nname = 'f'\nversion = '1'\ndirectory = { path = 'f' }\n"),
      "pylock.toml");
  CHECK_EQ(kept(pins, "git+https://h/x@main", "x"), kPinnedCommit);
  CHECK_EQ(kept(pins, "git+https://h/x", "x"), "");
  CHECK(pins.versions.empty());
}

TEST_CASE("pins: of a lock, part of a repository, and versions of what an index has") {
  const Pins pins = pins_of(
      cat("lock-version = '1.0'\ncreated-by = 'x'\n[[packages]]\nname = 'x'\nvcs = { type = 'git', "
          "url = 'https://h/x', commit-id = '",
          kPinnedCommit, "', subdirectory = 'my part' }\n[[packages]]\nname = 'y'\nversion = '2'\n",
          "marker = \"python_version < '3'\"\nwheels = [{ name = 'y-2-py3-none-any.whl', ",
          "url = 'https://h/y-2-py3-none-any.whl', hashes = { sha256 = '", std::string(64, 'b'),
          "' } }]\n[[packages]]\nname = 'z'\nversion = '3'\narchive = { url = 'https://h/z.zip', ",
          "hashes = { sha256 = '", std::string(64, 'b'), "' } }\n"),
      "pylock.toml");
  CHECK_EQ(kept(pins, "git+https://h/x#subdirectory=my%20part", "x"), kPinnedCommit);
  CHECK_EQ(kept(pins, "git+https://h/x", "x"), "");
  REQUIRE_EQ(pins.versions.size(), 1);
  CHECK_EQ(pins.versions.at("y").front().version.str(), "2");
  CHECK_EQ(pins.versions.at("y").front().marker.str(), "python_version < \"3\"");
}

TEST_CASE("pins: only repositories have commits, and only full ones are kept") {
  CHECK(pins_of(cat("a @ https://h/a-1.zip\nb @ git+https://h/b@main\n", "c @ hg+https://h/c@",
                    kPinnedCommit, "\n"))
            .commits.empty());
  // The comment of a line ends where the next one begins.
  const Pins pins = pins_of(
      cat("x @ git+https://h/x@", kPinnedCommit, "\n    # via y\ny==1\n", "    # revision main\n"));
  CHECK_EQ(kept(pins, "git+https://h/x", "x"), kPinnedCommit);
  CHECK_EQ(kept(pins, "git+https://h/x@main", "x"), "");
}

TEST_CASE(
    "pins: a file that is no output of ours holds none, one that cannot be read is an error") {
  CHECK(pins_of("[[packages", "pylock.toml").versions.empty());
  CHECK(pins_of("a==1\nb ==\n").versions.empty());
  CHECK_FALSE(read_pins("/tmp"));
}

TEST_CASE("pins: what is upgraded is not pinned") {
  auto folder = base::TempDir::create("/tmp", "pipit-pins-");
  REQUIRE(folder);
  const std::string path = base::join_path(folder->path(), "r.txt");
  REQUIRE(base::write_file(
      path, cat("a==1 --hash=sha256:", std::string(64, 'a'), "\nb==1\nx @ git+https://h/x@",
                kPinnedCommit, "\ny @ git+https://h/y@", kPinnedCommit, "\n")));
  ResolutionOptions options;
  options.upgrades = {*pep::parse_requirement("a<3"), *pep::parse_requirement("x")};
  const auto pins = earlier_pins(path, options);
  REQUIRE(pins);
  CHECK_EQ(pins->versions.size(), 1);
  CHECK(pins->versions.contains("b"));
  CHECK(pins->hashes.empty());
  CHECK_EQ(pins->commits.size(), 1);
  CHECK(pins->commits.contains("y"));
  options.upgrade = true;
  CHECK(earlier_pins(path, options)->versions.empty());

  resolve::Problem request;
  prefer_pins(*pins, request);
  CHECK_EQ(request.preferred.at("b").front().version.str(), "1");
  CHECK(request.policy.pinned.at("b").contains(
      *pep::Version::parse("1.0")));  // its yanked files count
}

TEST_CASE("pins: hashes are kept with the version or the URL they stood behind") {
  const std::string digest(64, 'd'), longer(128, 'e');
  const Pins pins = pins_of(cat(
      "a==1.0 \\\n    --hash=sha256:", digest, " \\\n    --hash=sha512:", longer,
      "\nb @ https://h/b.zip --hash=sha256:", digest, "\nc==1\nd>=1 --hash=sha256:", digest, "\n"));
  REQUIRE_EQ(pins.hashes.size(), 2);
  const PinnedHashes& a = pins.hashes.at("a").front();
  CHECK_EQ(a.version->str(), "1.0");
  CHECK_EQ(a.hashes, std::set<std::string>{cat("sha256:", digest), cat("sha512:", longer)});
  CHECK_EQ(pins.hashes.at("b").front().url, "https://h/b.zip");
  CHECK_FALSE(pins.hashes.at("b").front().version);
}

TEST_CASE("pins: none where there is no file") {
  auto pins = read_pins("/nowhere/r.txt");
  REQUIRE(pins);
  CHECK(pins->versions.empty());
}

}  // namespace
}  // namespace pipit::operation
