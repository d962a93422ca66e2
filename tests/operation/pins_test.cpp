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

TEST_CASE("pins: none where there is no file") {
  auto pins = read_pins("/nowhere/r.txt");
  REQUIRE(pins);
  CHECK(pins->versions.empty());
}

}  // namespace
}  // namespace pipit::operation
