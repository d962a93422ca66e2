#include "env/installed.h"
#include "base/file.h"
#include "base/file_tree.h"

#include "tests/env/env_fixture.h"

namespace pipit {
namespace {

using env_test::World;

const env::Installed& only(const std::vector<env::Installed>& all, std::string_view name) {
  const env::Installed* dist = env::find_installed(all, name);
  REQUIRE(dist);
  return *dist;
}

TEST_CASE("installed: every form is listed by normal name") {
  World world;
  world.write_at(world.site("Foo_Bar-1.0.dist-info/METADATA"), "Name: Foo.Bar\nVersion: 1.0\n");
  world.write_at(world.site("old-2.0-py3.11.egg-info/PKG-INFO"), "Name: old\nVersion: 2.0\n");
  world.write_at(world.site("dist_utils-3.0.egg-info"), "Name: dist-utils\nVersion: 3.0\n");
  world.write_at(world.at("src/dev.egg-info/PKG-INFO"), "Name: dev\nVersion: 4.0\n");
  world.write_at(world.site("dev.egg-link"), cat(world.at("src"), "\n."));
  world.write_at(world.site("odd-name-5.0.dist-info/METADATA"), "Name: odd-name\nVersion: 5.0\n");
  world.write_at(world.site("~rest-1.0.dist-info/METADATA"), "Name: rest\nVersion: 1.0\n");
  world.write_at(world.site("bad.dist-info/other"), "");
  CHECK_EQ(world.installed(), "dev 4.0\ndist-utils 3.0\nfoo-bar 1.0\nodd-name 5.0\nold 2.0\n");
  CHECK_EQ(world.heard.warnings,
           cat(world.site("bad.dist-info"), ": ignored, no usable name and version\n"));
  const auto all = env::list_installed(world.layout, world.heard);
  REQUIRE(all);
  CHECK_EQ(env::written_name(only(*all, "foo-bar")), "Foo.Bar");
  CHECK_EQ(env::editable_location(only(*all, "dev")), world.at("src"));
  CHECK_EQ(env::find_installed(*all, "absent"), nullptr);
}

TEST_CASE("installed: an egg-link is listed as what lies at its end, or not at all") {
  World world;
  world.write_at(world.at("src/other.egg-info/PKG-INFO"), "Name: other\nVersion: 4.0\n");
  world.write_at(world.site("dev.egg-link"), cat("\n  ", world.at("src"), "  \n."));
  world.write_at(world.site("sub/rel.egg-info/PKG-INFO"), "Name: rel\nVersion: 1.0\n");
  world.write_at(world.site("rel.egg-link"), "sub\n.");
  world.write_at(world.site("empty.egg-link"), "\n");
  world.write_at(world.site("bare.egg-link"), cat(world.at("bare"), "\n."));
  world.write_at(world.at("bare/setup.py"), "");
  world.write_at(world.site("gone.egg-link"), cat(world.at("gone"), "\n."));
  CHECK_EQ(world.installed(), "other 4.0\nrel 1.0\n");
  CHECK_EQ(world.heard.warnings, "");
  CHECK_EQ(world.heard.notes,
           cat(world.site("bare.egg-link"), ": ignored, no metadata at its end\n",
               world.site("empty.egg-link"), ": ignored, no metadata at its end\n",
               world.site("gone.egg-link"), ": ignored, no metadata at its end\n"));
}

TEST_CASE("installed: a site outside the environment is not local, and comes after it") {
  World world;
  world.dist_at(world.at("base"), "a-1");
  world.dist("a-2");
  world.layout.site_paths.push_back(world.at("base"));
  const auto all = env::list_installed(world.layout, world.heard);
  REQUIRE(all);
  REQUIRE_EQ(all->size(), 2);
  CHECK_EQ((*all)[0].version_text, "2");
  CHECK((*all)[0].local);
  CHECK_FALSE((*all)[1].local);
}

TEST_CASE("installed: who installed it, by what wish, and from where") {
  World world;
  world.write_at(world.site("a-1.dist-info/METADATA"), "Name: A\nVersion: 1\n");
  world.write_at(world.site("a-1.dist-info/INSTALLER"), "  uv \nmore\n");
  world.write_at(world.site("a-1.dist-info/REQUESTED"), "");
  world.write_at(world.site("a-1.dist-info/direct_url.json"),
                 R"({"url":"file:///src/a%20b","dir_info":{"editable":true}})");
  world.write_at(world.site("b-1.dist-info/direct_url.json"), "not json");
  world.dist("b-1");
  world.write_at(world.site("c-1.egg-info/PKG-INFO"), "Name: c\nVersion: 1\n");
  const auto all = env::list_installed(world.layout, world.heard);
  REQUIRE(all);
  const env::Installed &a = only(*all, "a"), &b = only(*all, "b"), &c = only(*all, "c");
  CHECK_EQ(env::installer_of(a), "uv");
  CHECK_EQ(env::installer_of(b), "");
  CHECK_EQ(env::installer_of(c), "");
  CHECK(env::is_requested(a));
  CHECK_FALSE(env::is_requested(b));
  CHECK_EQ(env::editable_location(a), "/src/a b");
  CHECK_FALSE(env::editable_location(b));
  CHECK_FALSE(env::direct_url_of(b));
  REQUIRE(base::remove_file(world.site("b-1.dist-info/METADATA")));
  CHECK_EQ(env::written_name(b), "b");
  CHECK_FALSE(env::has_metadata(b));
  CHECK_FALSE(env::installed_metadata(b));
  CHECK_EQ(env::installed_metadata(b).error().message,
           cat(world.site("b-1.dist-info"), ": no metadata: ", world.site("b-1.dist-info/METADATA"),
               ": no such file"));
  CHECK_FALSE(*env::installed_files(b));
  CHECK_FALSE(*env::installed_files(c));
}

TEST_CASE("installed: a RECORD that cannot be read is an error that names it") {
  World world;
  world.dist("a-1");
  world.write_at(world.site("a-1.dist-info/RECORD"), "\"torn");
  const auto all = env::list_installed(world.layout, world.heard);
  REQUIRE(all);
  const auto rows = env::installed_files(only(*all, "a"));
  REQUIRE_FALSE(rows);
  CHECK(rows.error().message.find("a-1.dist-info") != std::string::npos);
}

}  // namespace
}  // namespace pipit
