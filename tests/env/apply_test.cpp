#include "env/apply.h"
#include "base/file.h"
#include "base/path.h"

#include "tests/env/env_fixture.h"

namespace pipit {
namespace {

using env_test::Member;
using env_test::World;

cache::WheelPtr keep_wheel(World& world, const std::string& version) {
  return world.wheel("keep", version,
                     {{"keep/__init__.py", cat("version = '", version, "'\n")},
                      {"keep/data/a.txt", cat("a of ", version, "\n")},
                      {cat("keep-", version, ".data/scripts/keep-tool"), "#!python\nprint(1)\n"},
                      {cat("keep-", version, ".data/data/share/keep/x"), version},
                      {cat("keep-", version, ".dist-info/entry_points.txt"),
                       "[console_scripts]\nkeep = keep:main\n"}});
}

TEST_CASE("apply: an installed wheel has its files, its launchers and a RECORD that names them") {
  World world;
  auto applied = world.install({keep_wheel(world, "1")});
  REQUIRE(applied);
  CHECK_EQ(world.read(world.site("keep/__init__.py")), "version = '1'\n");
  CHECK_EQ(world.read(world.at("env/share/keep/x")), "1");
  CHECK_EQ(world.read(world.at("env/bin/keep-tool")),
           cat("#!", world.layout.python, "\nprint(1)\n"));
  CHECK(world.read(world.at("env/bin/keep")).starts_with(cat("#!", world.layout.python, "\n")));
  CHECK_EQ(world.read(world.site("keep-1.dist-info/INSTALLER")), "pipit\n");
  const std::string record = world.read(world.site("keep-1.dist-info/RECORD"));
  const auto rows = pep::parse_record(record);
  REQUIRE(rows);
  std::string paths;
  for (const pep::RecordRow& row : *rows) paths += cat(row.path, " ");
  CHECK_EQ(
      paths,
      "../../../bin/keep ../../../bin/keep-tool ../../../share/keep/x keep-1.dist-info/INSTALLER "
      "keep-1.dist-info/METADATA keep-1.dist-info/RECORD keep-1.dist-info/WHEEL "
      "keep-1.dist-info/entry_points.txt keep/__init__.py keep/data/a.txt ");
  for (const pep::RecordRow& row : *rows) {
    if (row.path == "keep-1.dist-info/RECORD") continue;
    const std::string content = world.read(base::absolute_path(world.site(row.path)));
    CHECK_EQ(row.hash, base::base64url(base::sha256(content)));
    CHECK_EQ(row.size, content.size());
  }
  CHECK_EQ(world.installed(), "keep 1\n");
  struct stat info{};
  REQUIRE(::stat(world.at("env/bin/keep").c_str(), &info) == 0);
  CHECK_EQ(info.st_mode & 0777, 0777 & ~env::current_umask());
}

TEST_CASE("apply: pip gets a launcher of the environment's own Python, and RECORD lists it") {
  World world;
  REQUIRE(
      world.install({world.wheel("pip", "26",
                                 {{"pip/__init__.py", ""},
                                  {"pip-26.dist-info/entry_points.txt",
                                   "[console_scripts]\npip = pip:main\npip3.9 = pip:main\n"}})}));
  for (const char* name : {"pip", "pip3", "pip3.11"}) {
    const std::string text = world.read(world.at(cat("env/bin/", name)));
    CHECK_MESSAGE(text.find("from pip import main") != std::string::npos, name);
  }
  CHECK_FALSE(base::exists(world.at("env/bin/pip3.9")));
  const std::string record = world.read(world.site("pip-26.dist-info/RECORD"));
  CHECK(record.find("../../../bin/pip3.11,sha256=") != std::string::npos);
}

TEST_CASE("apply: installing and uninstalling gives the old tree back") {
  World world;
  world.write_at(world.site("mine.py"), "mine\n");
  const auto before = world.tree();
  REQUIRE(world.install({keep_wheel(world, "1")}));
  CHECK(world.tree() != before);
  REQUIRE(world.uninstall("keep"));
  CHECK(world.tree() == before);
}

TEST_CASE("apply: a failure at any step restores the old tree") {
  World world;
  world.write_at(world.site("ns/other/__init__.py"), "other\n");
  REQUIRE(
      world.install({keep_wheel(world, "1"),
                     world.wheel("shared", "1", {{"ns/shared.py", "1"}, {"ns/sub/x.py", "1"}})}));
  world.write_at(world.site("keep/data/user.txt"), "the user's own\n", 0600);
  world.write_at(world.site("keep/__pycache__/__init__.cpython-311.pyc"), "bytecode");
  const auto before = world.tree();
  const auto change = [&](World& w) {
    return w.install({keep_wheel(w, "2"), w.wheel("shared", "2", {{"ns/shared.py", "2"}}),
                      w.wheel("fresh", "1", {{"fresh/__init__.py", ""}})});
  };
  std::size_t failures = 0;
  for (std::size_t k = 0;; ++k) {
    world.options.before_step = [k](std::size_t step) -> Result<void> {
      if (step == k) return fail(Code::io, "made to fail");
      return {};
    };
    const auto applied = change(world);
    if (applied) break;
    CHECK_EQ(applied.error().message, "made to fail");
    CHECK_MESSAGE(world.tree() == before, "after a failure at step ", k);
    ++failures;
    REQUIRE(failures < 100);
  }
  CHECK(failures >= 8);
  CHECK_EQ(world.installed(), "fresh 1\nkeep 2\nshared 2\n");
  CHECK_EQ(world.read(world.site("keep/data/user.txt")), "the user's own\n");
  CHECK_FALSE(base::exists(world.site("keep/__pycache__")));
  CHECK_FALSE(base::exists(world.site("ns/sub")));
  CHECK(base::exists(world.site("ns/other/__init__.py")));
}

TEST_CASE("apply: a stop before a step restores the old tree") {
  World world;
  REQUIRE(world.install({keep_wheel(world, "1")}));
  const auto before = world.tree();
  std::stop_source stop;
  world.options.before_step = [&](std::size_t step) -> Result<void> {
    if (step == 2) stop.request_stop();
    return {};
  };
  env::Change change;
  change.add.push_back({keep_wheel(world, "2"), {}, false});
  const auto applied =
      env::apply(world.layout, change, world.options, world.pool, world.heard, stop.get_token());
  REQUIRE_FALSE(applied);
  CHECK(applied.error().code == Code::cancelled);
  CHECK(world.tree() == before);
}

TEST_CASE(
    "apply: an upgrade beside a wheel that cannot be linked leaves keep at 1, byte for byte") {
  World world;
  REQUIRE(world.install({keep_wheel(world, "1")}));
  const auto before = world.tree();
  const auto broken = world.wheel("broken", "1", {{"broken.py", "x = 1\n"}});
  REQUIRE(base::remove_file(base::join_path(broken->directory, "broken.py")));
  const auto applied = world.install({keep_wheel(world, "2"), broken});
  REQUIRE_FALSE(applied);
  CHECK(applied.error().message.find("broken.py") != std::string::npos);
  CHECK(world.tree() == before);
}

TEST_CASE("apply: a cache file that changed since it was unpacked is noticed") {
  World world;
  const auto before = world.tree();
  const auto wheel = world.wheel("a", "1", {{"a.py", "x = 1\n"}});
  world.write_at(base::join_path(wheel->directory, "a.py"), "x = 22\n");
  const auto applied = world.install({wheel});
  REQUIRE_FALSE(applied);
  CHECK(applied.error().message.ends_with("a.py: changed since it was put into the cache"));
  CHECK(world.tree() == before);
}

TEST_CASE("apply: two distributions share a namespace package") {
  World world;
  REQUIRE(world.install({world.wheel("ns_a", "1", {{"ns/a/__init__.py", "a"}}),
                         world.wheel("ns_b", "1", {{"ns/b/__init__.py", "b"}})}));
  REQUIRE(world.uninstall("ns-a"));
  CHECK_FALSE(base::exists(world.site("ns/a")));
  CHECK_EQ(world.read(world.site("ns/b/__init__.py")), "b");
  REQUIRE(world.uninstall("ns-b"));
  CHECK_FALSE(base::exists(world.site("ns")));
}

TEST_CASE("apply: a file listed by two RECORDs stays until the last one goes") {
  World world;
  REQUIRE(world.install({world.wheel("pa", "1", {{"ns/__init__.py", ""}, {"ns/a.py", "a"}}),
                         world.wheel("pb", "1", {{"ns/__init__.py", ""}, {"ns/b.py", "b"}})}));
  CHECK_EQ(world.heard.warnings, "");
  const auto removed = world.uninstall("pa");
  REQUIRE(removed);
  CHECK_EQ(removed->kept, std::vector<std::string>{world.site("ns/__init__.py")});
  CHECK(base::exists(world.site("ns/__init__.py")));
  REQUIRE(world.uninstall("pb"));
  CHECK_FALSE(base::exists(world.site("ns")));
}

TEST_CASE(
    "apply: different content for one file is a warning that names both, or refused when strict") {
  World world;
  const auto a = world.wheel("pa", "1", {{"same.py", "a"}});
  const auto b = world.wheel("pb", "2", {{"same.py", "b"}});
  world.options.strict_collisions = true;
  const auto before = world.tree();
  const auto refused = world.install({a, b});
  REQUIRE_FALSE(refused);
  CHECK_EQ(refused.error().message, cat("pa 1 and pb 2 both install ", world.site("same.py")));
  CHECK(world.tree() == before);
  world.options.strict_collisions = false;
  REQUIRE(world.install({a, b}));
  CHECK_EQ(world.heard.warnings, cat("pa 1 and pb 2 both install ", world.site("same.py"),
                                     "; the one of pb 2 is there now\n"));
  CHECK_EQ(world.read(world.site("same.py")), "b");
  world.heard.warnings.clear();
  REQUIRE(world.install({world.wheel("pc", "3", {{"same.py", "c"}})}));
  CHECK_EQ(world.heard.warnings, cat("pa 1 and pc 3 both install ", world.site("same.py"),
                                     "; the one of pc 3 is there now\n"));
}

TEST_CASE("apply: a file nobody knows is never destroyed") {
  World world;
  world.write_at(world.site("mine.py"), "mine\n");
  const auto before = world.tree();
  const auto wheel = world.wheel("mine", "1", {{"mine.py", "theirs\n"}});
  const auto refused = world.install({wheel});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Code::bad_environment);
  CHECK_EQ(refused.error().message, cat(world.site("mine.py"),
                                        ": is in the way of mine 1, and no "
                                        "installed distribution owns it"));
  CHECK(world.tree() == before);
  SUBCASE("the same content is adopted") {
    REQUIRE(world.install({world.wheel("same", "1", {{"mine.py", "mine\n"}})}));
    REQUIRE(world.uninstall("same"));
    CHECK_FALSE(base::exists(world.site("mine.py")));
  }
  SUBCASE("all of them are named, with the ways out") {
    world.write_at(world.site("more/x.py"), "mine, too\n");
    const auto all = world.install(
        {world.wheel("mine", "1", {{"mine.py", "theirs\n"}, {"more/x.py", "theirs\n"}})});
    REQUIRE_FALSE(all);
    CHECK_EQ(
        all.error().message,
        cat("2 files are in the way, and no installed distribution owns them:\n  ",
            world.site("mine.py"), " (of mine 1)\n  ", world.site("more/x.py"), " (of mine 1)"));
    CHECK_EQ(base::join(all.error().hints, "; "),
             "to overwrite them: run again with --force-reinstall; to keep them: move them away "
             "and run again");
  }
  SUBCASE("on request it is replaced, with a warning") {
    world.options.overwrite_unowned = true;
    REQUIRE(world.install({wheel}));
    CHECK_EQ(world.read(world.site("mine.py")), "theirs\n");
    CHECK(world.heard.warnings.starts_with(world.site("mine.py")));
  }
}

TEST_CASE("apply: what is left of a project goes when it is installed") {
  World world;
  world.write_at(world.site("a-1.dist-info/REQUESTED"), "");
  REQUIRE(base::make_directories(world.site("A-2.dist-info/empty")));
  REQUIRE(::symlink("nowhere", world.site("a-3.dist-info").c_str()) == 0);
  world.write_at(world.site("a-4.dist-info/RECORD"), "old.py,,\na-4.dist-info/RECORD,,\n");
  world.write_at(world.site("a-5.dist-info/RECORD"), "\"torn");
  world.write_at(world.site("old.py"), "");
  world.write_at(world.site("b-1.dist-info/REQUESTED"), "");
  REQUIRE(world.install({world.wheel("a", "1", {{"a.py", "x"}})}));
  CHECK_EQ(world.installed(), "a 1\n");
  const auto names = base::list_directory(world.layout.scheme.purelib);
  REQUIRE(names);
  std::string left;
  for (const base::DirEntry& entry : *names) left += cat(entry.name, " ");
  CHECK_EQ(left, "a-1.dist-info a.py b-1.dist-info ");
  CHECK_FALSE(base::exists(world.site("a-1.dist-info/REQUESTED")));
  CHECK(world.heard.warnings.starts_with(cat(world.site("a-4.dist-info"), ": its metadata is ")));
}

TEST_CASE("apply: what has no list of files is written over on request, and only then") {
  World world;
  world.dist("bare-1");
  world.dist("torn-1");
  world.write_at(world.site("torn-1.dist-info/RECORD"), "\"torn");
  world.write_at(world.site("old-1.egg-info"), "Name: old\nVersion: 1\n");
  for (const char* name : {"bare.py", "torn.py", "old.py"}) world.write_at(world.site(name), "1");
  const auto before = world.tree();
  for (const char* name : {"bare", "torn", "old"}) {
    const auto wheel = world.wheel(name, "2", {{cat(name, ".py"), "2"}, {cat(name, "2.py"), ""}});
    world.options.overwrite_unowned = world.options.write_over = false;
    const auto refused = world.install({wheel});
    REQUIRE_FALSE(refused);
    CHECK_EQ(refused.error().hints.back(),
             cat("to write over it: --force-reinstall --no-deps ", name, "==2"));
    CHECK(world.tree() == before);
    world.options.overwrite_unowned = world.options.write_over = true;
    REQUIRE(world.install({wheel}));
    CHECK_EQ(world.read(world.site(cat(name, ".py"))), "2");
    CHECK(world.heard.warnings.find(cat(name, " 1: has no list of its files; those that ", name,
                                        " 2 does not replace are left\n")) != std::string::npos);
    REQUIRE(world.uninstall(name));
    world.dist("bare-1");
    world.dist("torn-1");
    world.write_at(world.site("torn-1.dist-info/RECORD"), "\"torn");
    world.write_at(world.site("old-1.egg-info"), "Name: old\nVersion: 1\n");
    world.write_at(world.site(cat(name, ".py")), "1");
  }
  SUBCASE("a wheel from an URL has no requirement of its own") {
    world.options = {};
    env::DirectUrl origin;
    origin.url = "https://example.org/bare-2-py3-none-any.whl";
    env::Change change;
    change.add.push_back({world.wheel("bare", "2", {}), origin, true});
    CHECK_EQ(world.apply(change).error().hints.back(),
             "to write over it: run again with --force-reinstall");
  }
}

TEST_CASE("apply: names that would replace the environment's own files are refused first") {
  const auto entry = [](const std::string& name) {
    return Member{"evil-1.dist-info/entry_points.txt",
                  cat("[console_scripts]\n", name, " = evil:main\n")};
  };
  const std::vector<std::vector<Member>> wheels = {
      {entry("python")},
      {entry("Python3")},
      {entry("python3.11")},
      {entry("activate")},
      {entry("pythonw")},
      {{"evil-1.data/scripts/python", "#!python\n"}},
      {{"evil-1.data/scripts/PYTHON3", "#!/bin/sh\n"}},
      {{"evil-1.data/data/pyvenv.cfg", "home = /evil\n"}},
      {{"evil-1.data/data/PyVenv.cfg", "home = /evil\n"}},
      {{"evil-1.data/data/bin/python3", "x"}},
      {{"evil-1.data/unknown/x", "x"}},
      {{"evil-1.data/loose", "x"}},
  };
  for (const std::vector<Member>& members : wheels) {
    World world;
    world.options.overwrite_unowned = true;
    REQUIRE(world.install({keep_wheel(world, "1")}));
    const auto before = world.tree();
    const auto applied = world.install({keep_wheel(world, "2"), world.wheel("evil", "1", members)});
    CAPTURE(members.front().path);
    CAPTURE(members.front().content);
    REQUIRE_FALSE(applied);
    CHECK(applied.error().code == Code::bad_wheel);
    CHECK(applied.error().message.starts_with("evil-1-py3-none-any.whl: "));
    CHECK(world.tree() == before);
  }
}

TEST_CASE("apply: what a wheel says in the installer's name is dropped") {
  World world;
  env::Change change;
  env::DirectUrl origin;
  origin.url = "https://example.org/a-1-py3-none-any.whl";
  change.add.push_back({world.wheel("a", "1",
                                    {{"a-1.dist-info/INSTALLER", "pip\n"},
                                     {"a-1.dist-info/REQUESTED", "forged"},
                                     {"a-1.dist-info/direct_url.json", "{}"}}),
                        origin, true});
  REQUIRE(world.apply(change));
  CHECK_EQ(world.read(world.site("a-1.dist-info/INSTALLER")), "pipit\n");
  CHECK_EQ(world.read(world.site("a-1.dist-info/REQUESTED")), "");
  CHECK(world.read(world.site("a-1.dist-info/direct_url.json")).find("example.org") !=
        std::string::npos);
  auto all = env::list_installed(world.layout, world.heard);
  REQUIRE(all);
  CHECK(env::is_requested(all->front()));
  CHECK_EQ(env::direct_url_of(all->front())->url, origin.url);
  REQUIRE(world.install({world.wheel("a", "2", {{"a-2.dist-info/REQUESTED", ""}})}));
  CHECK_FALSE(base::exists(world.site("a-2.dist-info/REQUESTED")));
}

TEST_CASE("apply: a directory in a file's place, and the reverse, are refused") {
  World world;
  world.write_at(world.site("thing/user.txt"), "x");
  const auto before = world.tree();
  auto applied = world.install({world.wheel("a", "1", {{"thing", "x"}})});
  REQUIRE_FALSE(applied);
  CHECK_EQ(applied.error().message,
           cat(world.site("thing"), ": a directory is in the way of a file of a 1"));
  applied = world.install({world.wheel("b", "1", {{"thing/user.txt/x.py", "x"}})});
  REQUIRE_FALSE(applied);
  CHECK_EQ(applied.error().message,
           cat(world.site("thing/user.txt"), ": a file is in the way of a directory"));
  CHECK(world.tree() == before);
}

TEST_CASE("apply: a module that becomes a package, and back") {
  World world;
  REQUIRE(world.install({world.wheel("m", "1", {{"m.py", "1"}, {"n/__init__.py", "1"}})}));
  REQUIRE(world.install({world.wheel("m", "2", {{"m.py/x", "2"}, {"n", "2"}})}));
  CHECK_EQ(world.read(world.site("m.py/x")), "2");
  CHECK_EQ(world.read(world.site("n")), "2");
  REQUIRE(world.install({world.wheel("m", "1", {{"m.py", "1"}, {"n/__init__.py", "1"}})}));
  CHECK_EQ(world.read(world.site("m.py")), "1");
  CHECK_EQ(world.read(world.site("n/__init__.py")), "1");
}

TEST_CASE("apply: a target directory that is not there yet is made, and unmade on failure") {
  World world;
  world.layout = env::target_layout(world.at("made/target"), nullptr, *pep::Version::parse("3.11"));
  world.options.before_step = [](std::size_t) -> Result<void> { return fail(Code::io, "no"); };
  REQUIRE_FALSE(world.install({keep_wheel(world, "1")}));
  CHECK_FALSE(base::exists(world.at("made")));
  world.options.before_step = nullptr;
  REQUIRE(world.install({keep_wheel(world, "1")}));
  CHECK(world.read(world.at("made/target/bin/keep")).starts_with("#!/usr/bin/env python3\n"));
  CHECK_EQ(world.read(world.at("made/target/keep/data/a.txt")), "a of 1\n");
  CHECK_EQ(world.read(world.at("made/target/share/keep/x")), "1");
  CHECK(world.read(world.at("made/target/keep-1.dist-info/RECORD")).starts_with("bin/keep,"));
  REQUIRE(world.install({keep_wheel(world, "2")}));
  CHECK_EQ(world.installed(), "keep 2\n");
}

TEST_CASE("apply: a site directory that cannot be written to is one plain message") {
  if (::geteuid() == 0) return;  // root may write anywhere
  World world;
  REQUIRE(::chmod(world.layout.scheme.purelib.c_str(), 0555) == 0);
  const auto applied = world.install({keep_wheel(world, "1")});
  REQUIRE(::chmod(world.layout.scheme.purelib.c_str(), 0755) == 0);
  REQUIRE_FALSE(applied);
  CHECK(applied.error().code == Code::bad_environment);
}

TEST_CASE("apply: link modes give equal trees, and only a hard link shares the cache's inode") {
  std::map<std::string, std::string> first;
  for (const char* name : {"copy", "hardlink", "reflink", "auto", "symlink"}) {
    World world;
    world.options.link_mode = *env::parse_link_mode(name);
    const auto wheel = world.wheel("a", "1", {{"a/x.py", "x = 1\n"}, {"a/tool", "x", true}});
    REQUIRE(world.install({wheel}));
    CAPTURE(name);
    CHECK_EQ(world.read(world.site("a/x.py")), "x = 1\n");
    const auto info = base::file_info(world.site("a/x.py"));
    const bool link = (*info)->kind == base::FileInfo::Kind::symlink;
    CHECK_EQ(link, std::string(name) == "symlink");
    if (std::string(name) == "hardlink") CHECK_EQ((*info)->links, 2);
    if (std::string(name) == "copy") CHECK_EQ((*info)->links, 1);
    CHECK_EQ((*base::file_info(world.site("a-1.dist-info/RECORD")))->links, 1);
    if (link) continue;
    auto tree = world.tree();
    if (first.empty()) first = tree;
    CHECK(tree == first);
  }
}

TEST_CASE("apply: nothing is written through a hard link") {
  World world;
  world.options.link_mode = env::LinkMode::hardlink;
  const auto one = world.wheel("a", "1", {{"a.py", "one\n"}, {"a-1.data/scripts/s", "#!python\n"}});
  REQUIRE(world.install({one}));
  REQUIRE(world.install({world.wheel("a", "2", {{"a.py", "two\n"}})}));
  CHECK_EQ(world.read(base::join_path(one->directory, "a.py")), "one\n");
  CHECK_EQ(world.read(base::join_path(one->directory, "a-1.data/scripts/s")), "#!python\n");
  REQUIRE(world.uninstall("a"));
  CHECK_EQ(world.read(base::join_path(one->directory, "a.py")), "one\n");
}

TEST_CASE("apply: a cache file of another mode is copied, never linked and changed") {
  World world;
  world.options.link_mode = env::LinkMode::hardlink;
  const auto wheel = world.wheel("a", "1", {{"a.py", "one\n"}});
  REQUIRE(::chmod(base::join_path(wheel->directory, "a.py").c_str(), 0600) == 0);
  REQUIRE(world.install({wheel}));
  CHECK_EQ((*base::file_info(world.site("a.py")))->mode, 0666 & ~env::current_umask());
  CHECK_EQ((*base::file_info(base::join_path(wheel->directory, "a.py")))->mode, 0600);
}

TEST_CASE("apply: --root has its prefix in no file") {
  World world;
  env::Layout plain = world.layout;
  for (std::string* path : {&plain.scheme.purelib, &plain.scheme.platlib, &plain.scheme.scripts,
                            &plain.scheme.data, &plain.scheme.headers, &plain.prefix}) {
    *path = cat("/opt/x", path->substr(world.at("env").size()));
  }
  plain.python = "/opt/x/bin/python";
  world.layout = env::with_root(plain, world.at("root"));
  REQUIRE(world.install({keep_wheel(world, "1")}));
  const std::string site = world.at("root/opt/x/lib/python3.11/site-packages");
  CHECK(world.read(cat(site, "/keep-1.dist-info/RECORD")).starts_with("../../../bin/keep,"));
  CHECK(world.read(world.at("root/opt/x/bin/keep")).starts_with("#!/opt/x/bin/python\n"));
  CHECK_EQ(world.installed(), "keep 1\n");
}

TEST_CASE("apply: lib64 as a link to lib is one site directory") {
  World world;
  REQUIRE(::symlink("lib", world.at("env/lib64").c_str()) == 0);
  world.layout.scheme.platlib = world.at("env/lib64/python3.11/site-packages");
  world.layout.site_paths.push_back(world.layout.scheme.platlib);
  const auto before = world.tree();
  REQUIRE(world.install({keep_wheel(world, "1")}));
  CHECK_EQ(world.installed(), "keep 1\n");
  REQUIRE(world.uninstall("keep"));
  CHECK(world.tree() == before);
}

}  // namespace
}  // namespace pipit
