#include "env/wheel_files.h"
#include "base/file.h"
#include "base/path.h"

#include "tests/env/env_fixture.h"
#include "pep/record.h"

namespace pipit::env {
namespace {

using env_test::Member;
using env_test::World;

Result<WheelFiles> lay_out(World& world, const Addition& addition) {
  LayoutPaths paths(world.layout);
  return wheel_files(addition, world.layout, "pipit", paths);
}

/// What laying out such a wheel says: its files relative to the environment, or the error.
std::string laid_out(World& world, std::vector<Member> members) {
  const auto files = lay_out(world, {world.wheel("w", "1", std::move(members)), {}, false});
  if (!files) return files.error().message;
  std::string out;
  for (const NewFile& file : files->files) {
    const std::string name = base::relative_path(world.layout.prefix, file.path);
    if (name.find(".dist-info/") == std::string::npos)
      out += cat(out.empty() ? "" : " ", name, file.executable ? "*" : "", file.copied ? "=" : "");
  }
  return out;
}

TEST_CASE("wheel files: each scheme of .data goes to its directory") {
  World world;
  world.layout.scheme.platlib = world.at("env/lib64/site");
  CHECK_EQ(laid_out(world, {{"pkg/a.py", ""},
                            {"w-1.data/purelib/p.py", ""},
                            {"w-1.data/platlib/q.py", ""},
                            {"w-1.data/data/share/d", ""},
                            {"w-1.data/headers/h.h", ""},
                            {"w-1.data/scripts/s", "#!/bin/sh\n"},
                            {"w-1.data/scripts/py", "#!python\n"},
                            {"run", "", true}}),
           "bin/py* bin/s*= include/site/python3.11/w/h.h lib/python3.11/site-packages/p.py "
           "lib/python3.11/site-packages/pkg/a.py lib/python3.11/site-packages/run* "
           "lib64/site/q.py share/d");
}

TEST_CASE("wheel files: a wheel that is not pure goes to platlib") {
  World world;
  world.layout.scheme.platlib = world.at("env/lib64/site");
  auto wheel = world.wheel("w", "1", {{"a.so", ""}});
  world.write_at(cat(wheel->directory, "/w-1.dist-info/WHEEL"),
                 "Wheel-Version: 1.9\nRoot-Is-Purelib: False\n");
  const auto files = lay_out(world, {wheel, {}, false});
  REQUIRE(files);
  CHECK_EQ(files->files.back().path, world.at("env/lib64/site/w-1.dist-info/RECORD"));
  CHECK_EQ(files->label, "w 1");
  CHECK_EQ(cat(files->name, " ", files->version), "w 1");
}

TEST_CASE("wheel files: the installer's own files are written here, the wheel's are dropped") {
  World world;
  DirectUrl origin;
  origin.url = "https://e.org/w.whl";
  const auto files = lay_out(world, {world.wheel("w", "1",
                                                 {{"w-1.dist-info/RECORD", "theirs"},
                                                  {"w-1.dist-info/INSTALLER", "theirs"},
                                                  {"w-1.dist-info/REQUESTED", "theirs"},
                                                  {"w-1.dist-info/direct_url.json", "theirs"},
                                                  {"w-1.dist-info/licenses/RECORD", "kept"}}),
                                     origin, true});
  REQUIRE(files);
  std::string out;
  for (const NewFile& file : files->files) {
    CHECK_NE(file.content, "theirs");
    if (!file.source && !file.path.ends_with("/RECORD"))
      out += cat(base::base_name(file.path), "=", file.content, ";");
  }
  CHECK_EQ(out,
           cat("INSTALLER=pipit\n;REQUESTED=;direct_url.json=", write_direct_url(origin), ";"));
  CHECK(std::any_of(files->files.begin(), files->files.end(), [](const NewFile& file) {
    return file.path.ends_with("licenses/RECORD") && file.source;
  }));
}

TEST_CASE("wheel files: RECORD has every file once, sorted, itself without a hash") {
  World world;
  const auto files = lay_out(
      world, {world.wheel("w", "1",
                          {{"b.py", "b"},
                           {"a.py", "a"},
                           {"w-1.dist-info/entry_points.txt", "[console_scripts]\nt=b:m\n"}}),
              {},
              false});
  REQUIRE(files);
  const auto rows = pep::parse_record(files->files.back().content);
  REQUIRE(rows);
  std::string out;
  for (const pep::RecordRow& row : *rows)
    out += cat(row.path, row.hash_algorithm.empty() ? "! " : " ");
  CHECK_EQ(out,
           "../../../bin/t a.py b.py w-1.dist-info/INSTALLER w-1.dist-info/METADATA "
           "w-1.dist-info/RECORD! w-1.dist-info/WHEEL w-1.dist-info/entry_points.txt ");
  const auto a = std::find_if(rows->begin(), rows->end(),
                              [](const pep::RecordRow& row) { return row.path == "a.py"; });
  CHECK_EQ(a->hash, base::base64url(base::sha256("a")));
  CHECK_EQ(a->size, 1);
}

TEST_CASE("wheel files: an old build's own launcher gives way to the one made here") {
  World world;
  const auto files =
      lay_out(world, {world.wheel("w", "1",
                                  {{"w-1.dist-info/entry_points.txt", "[gui_scripts]\nt=b:m\n"},
                                   {"w-1.data/scripts/t", "#!python\nold"}}),
                      {},
                      false});
  REQUIRE(files);
  std::size_t launchers = 0;
  for (const NewFile& file : files->files) {
    if (file.path != world.at("env/bin/t")) continue;
    ++launchers;
    CHECK(file.content.find("from b import m") != std::string::npos);
    CHECK(file.executable);
  }
  CHECK_EQ(launchers, 1);
}

TEST_CASE("wheel files: what must not be installed is refused, naming wheel and fault") {
  const auto refused = [](Member member) {
    World world;
    const std::string said = laid_out(world, {std::move(member)});
    const std::string name = "w-1-py3-none-any.whl: ";
    CHECK_MESSAGE(said.starts_with(name), said);
    return said.substr(std::min(name.size(), said.size()));
  };
  CHECK_EQ(refused({"w-1.data/scripts/python3", "x"}),
           "w-1.data/scripts/python3: would replace python3 of the environment");
  CHECK_EQ(refused({"w-1.data/data/pyvenv.cfg", "x"}),
           "w-1.data/data/pyvenv.cfg: would replace pyvenv.cfg of the environment");
  CHECK_EQ(refused({"w-1.data/other/x", "x"}), "w-1.data/other/x: there is no scheme other");
  CHECK_EQ(refused({"w-1.data/x", "x"}), "w-1.data/x: stands in no scheme");
  CHECK_EQ(refused({"w-1.dist-info/entry_points.txt", "[console_scripts]\npython=a:b\n"}),
           "entry point python: would replace python of the environment");
  CHECK_EQ(refused({"w-1.dist-info/entry_points.txt", "[console_scripts]\nt=a\n"}),
           "entry point t names no function");
  CHECK(refused({"w-1.dist-info/entry_points.txt", "[console_scripts]\n../t=a:b\n"}) != "");
  CHECK(refused({"w-1.data/purelib/w-1.dist-info/WHEEL", "x"})
            .ends_with("/w-1.dist-info/WHEEL: would be written twice, with two contents"));
}

TEST_CASE("wheel files: paths that leave their scheme are refused, whatever the cache holds") {
  World world;
  for (const char* path : {"../x", "a/../../x", "/x", "a//b", "a\\b", "./x"}) {
    auto wheel = std::make_shared<cache::Wheel>(*world.wheel("w", "1", {{"a.py", ""}}));
    wheel->files.front().path = path;
    const auto files = lay_out(world, {wheel, {}, false});
    REQUIRE_FALSE(files);
    CHECK_EQ(files.error().message,
             cat("w-1-py3-none-any.whl: ", base::printable(path), ": not a plain relative path"));
  }
}

TEST_CASE("wheel files: WHEEL must be there and of version 1") {
  World world;
  auto wheel = world.wheel("w", "1", {{"a.py", ""}});
  const std::string path = cat(wheel->directory, "/w-1.dist-info/WHEEL");
  world.write_at(path, "Wheel-Version: 2.0\n");
  CHECK_EQ(lay_out(world, {wheel, {}, false}).error().message,
           "w-1-py3-none-any.whl: Wheel-Version 2.0 is not supported");
  world.write_at(path, "Root-Is-Purelib: true\n");
  CHECK_EQ(lay_out(world, {wheel, {}, false}).error().message,
           "w-1-py3-none-any.whl: WHEEL has no Wheel-Version");
  REQUIRE(base::remove_file(path));
  const auto gone = lay_out(world, {wheel, {}, false});
  CHECK(gone.error().message.starts_with("w-1-py3-none-any.whl: "));
  auto odd = std::make_shared<cache::Wheel>(*wheel);
  odd->dist_info = "w";
  CHECK_EQ(lay_out(world, {odd, {}, false}).error().message,
           "w-1-py3-none-any.whl: no usable .dist-info directory");
}

}  // namespace
}  // namespace pipit::env
