#include "env/need_graph.h"

#include "tests/env/env_fixture.h"

namespace pipit::env {
namespace {

using env_test::World;

struct Site {
  void add(const std::string& name, const std::string& version, const std::string& requires_dist,
           bool requested = false) {
    std::string text = cat("Metadata-Version: 2.1\nName: ", name, "\nVersion: ", version, "\n");
    for (const std::string_view need : base::split(requires_dist, '|'))
      if (!need.empty()) text += cat("Requires-Dist: ", need, "\n");
    const std::string info = world.site(cat(name, "-", version, ".dist-info"));
    world.write_at(cat(info, "/METADATA"), text);
    if (requested) world.write_at(cat(info, "/REQUESTED"), "");
  }
  /// "a!: b>=1 c? <- x": a, requested, needs b and c (which is not there) and is needed by x;
  /// "b>=2~" is there in another version.
  std::string graph() {
    const auto installed = list_installed(world.layout, world.heard);
    REQUIRE(installed);
    pep::MarkerEnvironment here;
    here.python_version = "3.12";
    here.python_full_version = "3.12.4";
    here.sys_platform = "linux";
    const std::vector<NeedNode> nodes = need_graph(*installed, here, world.heard);
    std::string out;
    for (const NeedNode& node : nodes) {
      out += cat(node.written_name, " ", node.version_text, node.requested ? "!:" : ":");
      for (const NeedEdge& edge : node.needs) {
        out += cat(" ", edge.name,
                   edge.extras.empty() ? "" : cat("[", base::join(edge.extras, ","), "]"),
                   edge.specifier, edge.to ? (edge.is_met ? "" : "~") : "?");
        if (edge.to) CHECK_EQ(nodes[*edge.to].name, edge.name);
      }
      for (const std::size_t by : node.needed_by) out += cat(" <- ", nodes[by].name);
      out += "\n";
    }
    return out;
  }
  World world;
};

TEST_CASE("need graph: needs, whether they are met, and by whom each is needed") {
  Site site;
  site.add("A", "1", "b>=1|c|d>=2", true);
  site.add("b", "1", "");
  site.add("d", "1", "b<2 ; python_version < '3'");
  CHECK_EQ(site.graph(), "A 1!: b>=1 c? d>=2~\nb 1: <- a\nd 1: <- a\n");
}

TEST_CASE("need graph: several requirements of one name are one need") {
  Site site;
  site.add("a", "1", "b>=1|b[x]<3|b[y,x] ; sys_platform == 'linux'");
  site.add("b", "2", "");
  CHECK_EQ(site.graph(), "a 1: b[x,y]>=1,<3\nb 2: <- a\n");
}

TEST_CASE("need graph: what an extra needs holds when the extra is asked for, however far away") {
  Site site;
  site.add("app", "1", "lib[web]");
  site.add("lib", "1",
           "http ; extra == 'web'|lib[all] ; extra == 'web'|tls ; extra == 'all'|"
           "unused ; extra == 'other'");
  site.add("http", "1", "");
  site.add("tls", "1", "");
  CHECK_EQ(site.graph(),
           "app 1: lib[web]\nhttp 1: <- lib\nlib 1: http tls <- app\ntls 1: <- lib\n");
}

TEST_CASE("need graph: circles are edges like others") {
  Site site;
  site.add("a", "1", "b");
  site.add("b", "1", "a>=2");
  CHECK_EQ(site.graph(), "a 1: b <- b\nb 1: a>=2~ <- a\n");
}

TEST_CASE("need graph: metadata that cannot be read has no needs, and is told") {
  Site site;
  site.add("a", "1", "b");
  site.world.dist("b-1", "Requires-Dist: >\n");
  CHECK_EQ(site.graph(), "a 1: b\nb 1: <- a\n");
  CHECK(site.world.heard.warnings.find("b-1.dist-info") != std::string::npos);
}

TEST_CASE("need graph: of two copies the one that is imported counts") {
  Site site;
  site.add("a", "1", "b");
  site.world.write("base/a-2.dist-info/METADATA",
                   "Metadata-Version: 2.1\nName: a\nVersion: 2\nRequires-Dist: c\n");
  site.world.layout.site_paths.push_back(site.world.at("base"));
  CHECK_EQ(site.graph(), "a 1: b?\n");
}

}  // namespace
}  // namespace pipit::env
