#include "env/plan.h"

#include "tests/env/env_fixture.h"

namespace pipit::env {
namespace {

using env_test::World;

struct Case {
  std::vector<Installed> installed;
  std::vector<std::optional<DirectUrl>> origins;
  std::vector<bool> removable;
  std::vector<TargetDist> wanted;
  PlanOptions options;

  void have(const std::string& name, const std::string& version,
            std::optional<DirectUrl> origin = {}, bool can_go = true) {
    Installed dist;
    dist.name = name;
    dist.version_text = version;
    dist.version = pep::Version::parse(version);
    installed.push_back(dist);
    origins.push_back(std::move(origin));
    removable.push_back(can_go);
  }
  void want(const std::string& name, const std::string& version,
            std::optional<DirectUrl> origin = {}) {
    wanted.push_back({name, *pep::Version::parse(version), std::move(origin), false, false});
  }
  /// "keep a; add b 2 for b 1; remove c"
  std::string plan() const {
    const Plan made = make_plan(installed, origins, removable, wanted, options);
    std::string text;
    const auto say = [&](const std::string& word) { text += cat(text.empty() ? "" : "; ", word); };
    for (const std::size_t i : made.keep) say(cat("keep ", installed[i].name));
    for (const Plan::Add& add : made.add) {
      std::string line =
          cat("add ", wanted[add.wanted].name, " ", wanted[add.wanted].version.str());
      for (const std::size_t i : add.old) line += cat(" for ", installed[i].version_text);
      say(line);
    }
    for (const std::size_t i : made.remove) say(cat("remove ", installed[i].name));
    for (const std::size_t i : made.unremovable) say(cat("cannot remove ", installed[i].name));
    return text;
  }
};

DirectUrl from(const std::string& url) {
  DirectUrl origin;
  origin.url = url;
  return origin;
}

TEST_CASE("plan: the same version is kept, another one replaced, a new one added") {
  Case c;
  c.have("a", "1.0");
  c.have("b", "1");
  c.have("c", "1");
  c.want("a", "1");
  c.want("b", "2");
  c.want("d", "1");
  CHECK_EQ(c.plan(), "keep a; add b 2 for 1; add d 1");
}

TEST_CASE("plan: exact removes what is not wanted, but what is to be kept and what cannot go") {
  Case c;
  c.have("a", "1");
  c.have("legacy", "1", {}, false);
  c.have("pip", "25");
  c.have("z", "1");
  c.want("a", "1");
  c.options.exact = true;
  c.options.keep = {"pip"};
  CHECK_EQ(c.plan(), "keep a; remove z; cannot remove legacy");
}

TEST_CASE("plan: a direct URL is compared with where the installed one came from") {
  Case c;
  c.have("same", "1", from("https://e.org/same-1.whl"));
  c.have("moved", "1", from("https://e.org/a.whl"));
  c.have("index", "1");
  c.have("pinned", "1", from("https://e.org/p.whl"));
  c.want("same", "1", from("https://e.org/same-1.whl"));
  c.want("moved", "1", from("https://e.org/b.whl"));
  c.want("index", "1", from("https://e.org/i.whl"));
  c.want("pinned", "1");
  CHECK_EQ(c.plan(), "keep same; keep pinned; add moved 1 for 1; add index 1 for 1");
  c.options.exact = true;
  CHECK_EQ(c.plan(), "keep same; add moved 1 for 1; add index 1 for 1; add pinned 1 for 1");
}

TEST_CASE("plan: duplicates are put right, reinstalling replaces, outsiders satisfy") {
  Case c;
  c.have("a", "1");
  c.have("a", "2");
  c.have("b", "1");
  c.have("far", "1");
  c.installed[3].local = false;
  c.want("a", "2");
  c.want("b", "1");
  c.want("far", "1");
  CHECK_EQ(c.plan(), "keep b; keep far; add a 2 for 1 for 2");
  c.options.reinstall = true;
  CHECK_EQ(c.plan(), "add a 2 for 1 for 2; add b 1 for 1; add far 1");
}

TEST_CASE(
    "plan: what lies outside is never replaced nor removed, and shadowed when it is not fit") {
  Case c;
  for (const char* name : {"old", "moved", "first", "first", "idle"}) c.have(name, "1");
  c.installed[3].version = pep::Version::parse("2");
  c.origins[1] = from("https://e.org/a.whl");
  for (Installed& dist : c.installed) dist.local = false;
  c.want("old", "2");
  c.want("moved", "1", from("https://e.org/b.whl"));
  c.want("first", "2");  // Python imports the other one
  CHECK_EQ(c.plan(), "add old 2; add moved 1; add first 2");
  c.options.exact = true;
  CHECK_EQ(c.plan(), "add old 2; add moved 1; add first 2");
}

TEST_CASE("plan: what was taken from what is installed stays, wherever it is") {
  Case c;
  c.have("a", "1");
  c.have("a", "2");
  c.have("b", "3");
  c.have("b", "4");
  c.installed[3].local = false;
  c.want("a", "2");
  c.want("b", "4");
  for (TargetDist& want : c.wanted) want.present = true;
  CHECK_EQ(c.plan(), "keep a; keep b");
}

TEST_CASE("plan: an exact environment does not take what it could not keep") {
  World world;
  const auto stays = [&](bool exact) {
    const auto all = list_installed(world.layout, world.heard);
    REQUIRE(all);
    return may_stay(*all, exact);
  };
  world.dist("a-1");
  CHECK(stays(true));
  world.write_at(world.site("a-1.dist-info/direct_url.json"),
                 R"({"url":"https://e.org/a.whl","archive_info":{}})");
  CHECK_FALSE(stays(true));
  CHECK(stays(false));
  REQUIRE(base::remove_file(world.site("a-1.dist-info/direct_url.json")));
  world.dist("a-2");
  CHECK_FALSE(stays(true));
  CHECK(stays(false));
  CHECK_FALSE(may_stay({}, false));
}

// What make_plan looks up by itself: direct_url.json and whether there is a RECORD.
TEST_CASE("plan: origins and lists of files are read where they matter") {
  World world;
  for (const char* stem : {"direct-1", "bare-1", "listed-1"}) world.dist(stem);
  world.write_at(world.site("direct-1.dist-info/RECORD"), "");
  world.write_at(world.site("direct-1.dist-info/direct_url.json"),
                 R"({"url":"https://e.org/d.whl","archive_info":{}})");
  world.write_at(world.site("listed-1.dist-info/RECORD"), "");
  const auto installed = list_installed(world.layout, world.heard);
  REQUIRE(installed);
  const std::vector<TargetDist> wanted{
      {"direct", *pep::Version::parse("1"), from("https://e.org/d.whl"), false, false}};
  PlanOptions options;
  options.exact = true;
  const Plan plan = make_plan(*installed, wanted, options);
  const auto names = [&](const std::vector<std::size_t>& list) {
    std::string out;
    for (const std::size_t i : list) out += cat((*installed)[i].name, " ");
    return out;
  };
  CHECK_EQ(names(plan.keep), "direct ");
  CHECK_EQ(names(plan.remove), "listed ");
  CHECK_EQ(names(plan.unremovable), "bare ");
  CHECK(plan.add.empty());
  CHECK_FALSE(plan.empty());
}

TEST_CASE("plan: one distribution may be installed again by itself") {
  Case c;
  c.have("a", "1");
  c.have("b", "1");
  c.want("a", "1");
  c.want("b", "1");
  c.wanted[1].reinstall = true;
  CHECK_EQ(c.plan(), "keep a; add b 1 for 1");
  c.installed[0].version.reset();  // "1" is not read from a version that is none
  CHECK_EQ(c.plan(), "add a 1 for 1; add b 1 for 1");
}

}  // namespace
}  // namespace pipit::env
