#include "env/site_scan.h"
#include "base/file.h"
#include "base/file_tree.h"

#include "tests/env/env_fixture.h"

namespace pipit::env {
namespace {

using env_test::World;

std::string stems(const std::vector<Installed>& list) {
  std::string out;
  for (const Installed& dist : list)
    out += cat(out.empty() ? "" : " ", dist.name, "-", dist.version_text);
  return out;
}

TEST_CASE("site scan: a name without metadata is a husk") {
  World world;
  world.dist("good-1");
  world.write_at(world.site("requested-1.dist-info/REQUESTED"), "");
  REQUIRE(base::make_directories(world.site("hollow-1.dist-info")));
  world.write_at(world.site("blank-1.dist-info/METADATA"), "");
  world.write_at(world.site("torn-1.dist-info/METADATA"), "Metadata-Version: 2.1\nName: to");
  world.write_at(world.site("noise-1.dist-info/METADATA"), std::string(100, '\0'));
  REQUIRE(base::make_directories(world.site("folder-1.dist-info/METADATA")));
  REQUIRE(::symlink("nowhere", world.site("gone-1.dist-info").c_str()) == 0);
  REQUIRE(::symlink("ring-1.dist-info", world.site("ring-1.dist-info").c_str()) == 0);
  REQUIRE(base::make_directories(world.site("egg-1.egg-info")));
  world.write_at(world.site("plain-1.egg-info"), "");
  REQUIRE(base::make_directories(world.site("code-1-py3.11.egg")));  // of it no husk is made
  const auto found = scan_sites(world.layout, world.heard);
  REQUIRE(found);
  CHECK_EQ(stems(found->installed), "good-1");
  CHECK_EQ(stems(found->husks),
           "blank-1 egg-1 folder-1 gone-1 hollow-1 noise-1 plain-1 requested-1 ring-1 torn-1");
  std::string damaged;
  for (const std::string_view name : {"blank", "noise", "torn"})
    damaged += cat(world.site(cat(name, "-1.dist-info")),
                   ": its metadata is damaged, so it does not count as installed; `pipit install ",
                   name, "==1` puts it right\n");
  CHECK_EQ(world.heard.warnings, damaged);
  CHECK(world.heard.notes.find(cat(world.site("hollow-1.dist-info"),
                                   ": ignored, it has no metadata\n")) != std::string::npos);
}

TEST_CASE("site scan: the name may stand behind other, long fields") {
  World world;
  world.write_at(world.site("late-1.dist-info/METADATA"),
                 cat("Metadata-Version: 2.1\nSummary: ", std::string(5000, 's'),
                     "\nName: late\nVersion: 1\n"));
  // Wherever the first piece that is read ends: also within the version.
  for (std::size_t length = 60; length < 260; ++length) {
    world.write_at(world.site("cut-1.2.3.dist-info/METADATA"),
                   cat("Metadata-Version: 2.1\nName: cut\nSummary: ", std::string(length, 's'),
                       "\nVersion: 1.2.3\n"));
    REQUIRE_EQ(world.installed(), "cut 1.2.3\nlate 1\n");
  }
}

TEST_CASE("site scan: PYTHONPATH comes first, .pth files add folders behind their site") {
  World world;
  world.dist("a-1");
  world.dist_at(world.at("before"), "a-2");
  world.dist_at(world.at("behind"), "a-3");
  world.dist_at(world.site("vendor"), "b-1");
  world.dist_at(world.at("hidden"), "c-1");
  world.write("archive.zip", "no folder");
  world.write_at(world.site("x.pth"),
                 cat("# ", world.at("hidden"), "\nimport os\n\nvendor\n", world.at("behind"),
                     "  \r\n/does/not/exist\n", world.at("archive.zip"), "\n"));
  world.write_at(world.site(".y.pth"), world.at("hidden"));
  world.write_at(world.site("vendor/z.pth"), world.at("hidden"));  // not a site
  world.layout.python_path = {world.at("before"), world.at("archive.zip"), world.at("absent")};
  const auto listed = [&] {
    const auto found = scan_sites(world.layout, world.heard);
    REQUIRE(found);
    return stems(found->installed);
  };
  CHECK_EQ(listed(), "a-2 a-1");
  world.layout.is_searched = true;
  CHECK_EQ(listed(), "a-2 a-1 a-3 b-1");
  CHECK_EQ(world.heard.warnings, "");
}

}  // namespace
}  // namespace pipit::env
