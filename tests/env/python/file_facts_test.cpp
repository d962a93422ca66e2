// Facts from files are those that Python tells about itself: asked of every Python of this machine.
#include "env/python/file_facts.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "base/environ.h"
#include "base/file_tree.h"
#include "base/process.h"
#include "cache/store.h"
#include "env/python/venv.h"
#include "tests/env/env_fixture.h"
#include "tests/env/python_tree.h"

namespace pipit {
namespace {

using env_test::PythonTree;
using env_test::World;

/// Programs named python3.N on PATH and in version managers' folders, none of them a script.
std::vector<std::string> pythons_here() {
  std::vector<std::string> folders;
  const std::string path = base::environment_variable("PATH").value_or("");
  for (const std::string_view folder : base::split(path, ':'))
    if (folder != "/bin") folders.emplace_back(folder);  // from the root, Python does not search
  const std::string home = base::environment_variable("HOME").value_or("");
  for (const std::string& root :
       {cat(base::environment_variable("PYENV_ROOT").value_or(home + "/.pyenv"), "/versions"),
        home + "/.local/share/uv/python"}) {
    const auto versions = base::list_directory(root);
    for (const auto& version : versions ? *versions : std::vector<base::DirEntry>())
      folders.push_back(cat(root, "/", version.name, "/bin"));
  }
  std::vector<std::string> found;
  for (const std::string& folder : folders) {
    for (int minor = 8; minor <= 15; ++minor) {
      for (const char* flags : {"", "t"}) {
        std::string python = cat(folder, "/python3.", minor, flags);
        if (base::is_regular_file(python) && !env::is_script_file(python))
          found.push_back(std::move(python));
      }
    }
  }
  return found;
}

std::string lines(const base::Json& facts) {
  std::string text;
  for (const auto& [name, value] : *facts.object())
    text += cat(name, ": ", base::to_json(value), "\n");
  return text;
}

std::string scheme_text(const env::Scheme& scheme) {
  return cat(scheme.purelib, " ", scheme.platlib, " ", scheme.scripts, " ", scheme.data);
}

/// Everything that tells one interpreter from another, but for where headers go: sysconfig knows
/// nothing of the place that installers have for them.
std::string told(const env::Interpreter& python) {
  const pep::MarkerEnvironment& markers = python.target.markers;
  std::string text =
      cat(python.executable, "\n", python.prefix, "\n", python.base_prefix, "\n", python.stdlib,
          "\n", python.version.str(), "\n", python.implementation, " ", python.cache_tag, "\n",
          scheme_text(python.scheme), "\n", markers.python_full_version, " ",
          markers.implementation_version, " ", markers.platform_machine, " ", markers.sys_platform,
          "\n", python.is_virtual, python.free_threaded, python.is_conda, "\n",
          python.externally_managed.value_or("-"), "\n");
  for (const std::string& site : python.site_paths) text += cat(site, "\n");
  for (const pep::Tag& tag : python.target.tags.ordered())
    text += cat(tag.python, "-", tag.abi, "-", tag.platform, "\n");
  return text;
}

TEST_CASE("file facts: each is what the interpreter says, of every Python here") {
  int compared = 0;
  for (const std::string& python : pythons_here()) {
    const auto from_files = env::facts_from_files(python);
    const auto said = env::run_for_facts(python, {});
    if (!said || said->text("implementation") != "cpython") continue;
    CHECK_MESSAGE(from_files, python);
    if (!from_files) continue;
    CHECK_EQ(lines(*from_files), lines(*said));
    ++compared;
  }
  MESSAGE(compared << " interpreters compared");
}

TEST_CASE("file facts: of environments, too") {
  ::setenv("PYTHONNOUSERSITE", "1", 1);
  for (const std::string& python : pythons_here()) {
    World world;
    cache::Store store({world.at("store"), ""}, world.heard);
    const auto base_facts = env::facts_from_files(python);
    if (!base_facts) continue;
    const auto base = env::interpreter_of_facts(*base_facts, python);
    REQUIRE(base);
    for (const bool system : {false, true}) {
      const std::string place = world.at(system ? "with" : "without");
      REQUIRE(env::create_venv({place, "", system, false}, *base));
      const std::string inside = cat(place, "/bin/python");
      const auto seen = env::inspect(inside, store, world.heard, {});
      const auto facts = env::run_for_facts(inside, {});
      REQUIRE(seen);
      REQUIRE(facts);
      CHECK_EQ(told(*seen), told(*env::interpreter_of_facts(*facts, inside)));
      CHECK_EQ(system || world.heard.notes.empty(), true);
    }
  }
  ::unsetenv("PYTHONNOUSERSITE");
}

/// Facts of a made-up installation, and what is changed in it before.
struct Tree {
  World world;
  PythonTree tree = {};
  std::string python = tree.write(world, world.at("py"));

  explicit Tree(PythonTree of = {}) : tree(std::move(of)) {}
  std::optional<base::Json> facts() const { return facts_at(python); }
  static std::optional<base::Json> facts_at(const std::string& program) {
    return env::facts_from_files(program, env_test::made_up_texts());
  }
  std::string lib(std::string_view rest) const {
    return world.at(cat("py/lib/", tree.name(), "/", rest));
  }
  std::string data() const { return lib(tree.data_name()); }
};

bool is_told_with_data(const std::string& text) {
  Tree tree;
  REQUIRE(tree.facts());
  tree.world.write_at(tree.data(), text);
  return tree.facts().has_value();
}

// The members of builds that this machine may not have, as those builds write them.
TEST_CASE("file facts: of builds of several kinds") {
  const auto full = [](PythonTree tree) {
    const Tree made(std::move(tree));
    const auto facts = made.facts();
    return facts ? cat(facts->text("full_version"), " ", facts->text("implementation_version"), " ",
                       base::replace_all(facts->text("soabi"), PythonTree::machine(), "x86_64"),
                       " ", facts->text("glibc"), " ",
                       facts->find("scheme")->text("purelib").substr(made.world.at("py").size()))
                 : "";
  };
  // As conda's: the library is linked in, and all of it lies in one prefix.
  CHECK_EQ(full({.minor = 12, .version = "3.12.4"}),
           "3.12.4 3.12.4 cpython-312-x86_64-linux-gnu 2.28 /lib/python3.12/site-packages");
  // As python-build-standalone's with its shared library; headers may be left out.
  CHECK_EQ(full({.minor = 10, .version = "3.10.14", .shared = true, .header = false}),
           "3.10.14 3.10.14 cpython-310-x86_64-linux-gnu 2.28 /lib/python3.10/site-packages");
  CHECK_EQ(full({.minor = 11, .version = "3.11.9", .shared = true, .header = false}),
           "3.11.9 3.11.9 cpython-311-x86_64-linux-gnu 2.28 /lib/python3.11/site-packages");
  CHECK_EQ(full({.minor = 13, .version = "3.13.2", .flags = "t"}),
           "3.13.2 3.13.2 cpython-313t-x86_64-linux-gnu 2.28 /lib/python3.13t/site-packages");
  CHECK_EQ(full({.minor = 8, .version = "3.8.20"}),
           "3.8.20 3.8.20 cpython-38-x86_64-linux-gnu 2.28 /lib/python3.8/site-packages");
  // As Alpine's.
  CHECK_EQ(full({.minor = 12, .system = "linux-musl", .musl = true}),
           "3.12.4 3.12.4 cpython-312-x86_64-linux-musl  /lib/python3.12/site-packages");
  CHECK_EQ(full({.minor = 15, .version = "3.15.0rc2+"}),
           "3.15.0rc2+ 3.15.0c2 cpython-315-x86_64-linux-gnu 2.28 /lib/python3.15/site-packages");
  CHECK_EQ(full({.minor = 14, .version = "3.14.0a7"}).substr(0, 17), "3.14.0a7 3.14.0a7");
  // Python 3.7, a libc that is not the one it was built for, a version that no layout is known of.
  CHECK_EQ(full({.minor = 7, .version = "3.7.9"}), "");
  CHECK_EQ(full({.minor = 16, .version = "3.16.0"}), "");
  CHECK_EQ(full({.system = "linux-musl"}), "");
}

TEST_CASE("file facts: tags and places follow from them") {
  const Tree tree({.minor = 13, .version = "3.13.2", .flags = "t"});
  const auto facts = tree.facts();
  REQUIRE(facts);
  const auto python = env::interpreter_of_facts(*facts, tree.python);
  REQUIRE(python);
  const std::string machine = python->target.markers.platform_machine;
  CHECK(python->target.tags.rank(pep::Tag{"cp313", "cp313t", cat("manylinux_2_28_", machine)}));
  CHECK_FALSE(
      python->target.tags.rank(pep::Tag{"cp313", "cp313t", cat("manylinux_2_29_", machine)}));
  CHECK_EQ(python->scheme.headers, tree.world.at("py/include/python3.13t"));
  CHECK_EQ(python->site_paths, std::vector{tree.lib("site-packages")});
  CHECK_EQ(python->base_executable, tree.python);
}

TEST_CASE("file facts: a description of the build that is no plain data is not believed") {
  const std::string good = PythonTree().sysconfigdata();
  CHECK(is_told_with_data(good));
  CHECK_FALSE(is_told_with_data(""));
  CHECK_FALSE(is_told_with_data(cat("import os\n", good)));
  CHECK_FALSE(is_told_with_data(cat(good, "build_time_vars['SOABI'] = 'x'\n")));
  CHECK_FALSE(is_told_with_data(base::replace_all(good, "'-g'", "open('/etc/passwd').read()")));
  CHECK_FALSE(is_told_with_data(base::replace_all(good, "'-g'", "f'{x}'")));
  CHECK_FALSE(is_told_with_data(good.substr(0, good.size() / 2)));
  CHECK_FALSE(is_told_with_data(cat(good, std::string(2u << 20, '#'))));
  // Values that do not fit each other.
  CHECK_FALSE(is_told_with_data(base::replace_all(good, "'3.12'", "'3.11'")));
  CHECK_FALSE(is_told_with_data(base::replace_all(good, "'ABIFLAGS': ''", "'ABIFLAGS': 't'")));
  CHECK_FALSE(is_told_with_data(base::replace_all(good, "'Py_DEBUG': 0", "'Py_DEBUG': 1")));
  CHECK_FALSE(is_told_with_data(base::replace_all(good, "'SOABI': 'c", "'SOABI': 'x")));
  CHECK_FALSE(
      is_told_with_data(base::replace_all(good, "-gnu',\n 'Py_DEBUG'", "-gnv',\n 'Py_DEBUG'")));
  CHECK_FALSE(is_told_with_data(base::replace_all(good, "'EXT_SUFFIX': '.c", "'EXT_SUFFIX': '.d")));
  CHECK_FALSE(
      is_told_with_data(base::replace_all(good, "'Py_GIL_DISABLED': 0", "'Py_GIL_DISABLED': 1")));
}

TEST_CASE("file facts: one changed byte is seen by the compiled file") {
  Tree tree;
  const auto info = base::file_info(tree.data());
  const auto number = [](std::uint64_t value) {
    std::string bytes;
    for (int i = 0; i < 4; ++i) bytes += char(value >> (8 * i));
    return bytes;
  };
  const auto compile = [&](std::uint64_t flags, std::uint64_t size) {
    tree.world.write_at(
        tree.lib(
            cat("__pycache__/", base::split(tree.tree.data_name(), '.')[0], ".cpython-312.pyc")),
        cat("\xcb\r\r\n", number(flags), number(std::uint64_t((*info)->mtime_ns / 1'000'000'000)),
            number(size)));
  };
  compile(0, (*info)->size);
  CHECK(tree.facts());
  compile(0, (*info)->size + 1);
  CHECK_FALSE(tree.facts());
  compile(1, (*info)->size);  // by a hash of the text
  CHECK_FALSE(tree.facts());
  compile(0, (*info)->size);
  REQUIRE(tree.facts());
  // A comma more or less in the flags of the compiler changes no fact: only the time tells.
  tree.world.write_at(tree.data(), base::replace_all(tree.tree.sysconfigdata(), "-O2", "-O3"));
  const timespec times[2] = {{1'000'000'000, 0}, {1'000'000'000, 0}};
  REQUIRE(::utimensat(AT_FDCWD, tree.data().c_str(), times, 0) == 0);
  CHECK_FALSE(tree.facts());
}

TEST_CASE("file facts: a layout that is not known is not read") {
  const auto is_told_after = [](auto&& change) {
    Tree tree;
    REQUIRE(tree.facts());
    change(tree);
    return tree.facts().has_value();
  };
  const auto replaced = [&](const char* module, std::string_view from, std::string_view to) {
    return is_told_after([&](Tree& tree) {
      const std::string text = tree.world.read(tree.lib(module));
      REQUIRE(text.find(from) != std::string::npos);
      tree.world.write_at(tree.lib(module), base::replace_all(text, from, to));
    });
  };
  CHECK_FALSE(replaced("sysconfig.py", "choose('prefix'", "choose('local'"));
  CHECK_FALSE(replaced("sysconfig.py", "copy_scheme(", "drop_scheme("));
  CHECK_FALSE(replaced("sysconfig.py", "'{base}/bin'", "binaries()"));
  CHECK_FALSE(replaced("sysconfig.py", "'{base}/bin'", "'{odd}/bin'"));
  CHECK_FALSE(replaced("site.py", "\"site-packages\"", "\"vendor-packages\""));
  CHECK(replaced("site.py", "    return sites", "    # why not\n\n    return  sites"));
  // A layout that differs in its paths alone is read as it is.
  CHECK(replaced("sysconfig.py", "'{base}/bin'", "'{base}/programs'"));
  const auto removed = [&](const char* name) {
    return is_told_after([&](Tree& tree) { REQUIRE(base::remove_tree(tree.lib(name))); });
  };
  CHECK_FALSE(removed("os.py"));
  CHECK_FALSE(removed("lib-dynload"));
  CHECK_FALSE(removed("sysconfig.py"));
  CHECK_FALSE(removed("site.py"));
  CHECK(removed("site-packages"));
  CHECK_FALSE(is_told_after([](Tree& tree) { tree.world.write("py/lib/python312.zip", ""); }));
  CHECK_FALSE(is_told_after([](Tree& tree) {
    tree.world.write_at(tree.lib("_sysconfigdata__linux_i386-linux-gnu.py"), "");
  }));
}

TEST_CASE("file facts: the program has the last word on its version") {
  const auto told = [](std::string_view header, const std::string& constants) {
    Tree tree;
    const std::string define = header.empty() ? "" : cat("#define PY_VERSION \"", header, "\"\n");
    tree.world.write("py/include/python3.12/patchlevel.h", define);
    tree.world.write_at(
        tree.python,
        env_test::made_up_elf(tree.world.at("py/libc/ld-linux-x86-64.so.2"), constants), 0755);
    const auto facts = tree.facts();
    return facts ? std::string(facts->text("full_version")) : "";
  };
  using namespace std::string_literals;
  CHECK_EQ(told("", "\0003.12.9\0"s), "3.12.9");
  CHECK_EQ(told("", "/opt/3.12.9\0"s), "3.12.9");
  CHECK_EQ(told("3.12.9", "/opt/3.12.1\0003.12.9\0"s), "3.12.9");
  CHECK_EQ(told("", "/opt/3.12.1\0003.12.9\0"s), "");
  CHECK_EQ(told("3.12.8", "\0003.12.9\0"s), "");
  CHECK_EQ(told("3.12.8", ""), "");
  CHECK_EQ(told("", "13.12.9\0003.12.9 and more\0003.11.2\0003.12.\0"s), "");
  CHECK_EQ(told("", cat(std::string((32u << 10) - 3, 'x'), "/3.12.9\0"s)), "3.12.9");
}

TEST_CASE("file facts: a program that is not what it should be is not described") {
  const auto told = [](std::string_view program) {
    Tree tree;
    tree.world.write_at(tree.python, program, 0755);
    return tree.facts().has_value();
  };
  CHECK_FALSE(told(""));
  CHECK_FALSE(told("#!/bin/sh\n"));
  CHECK_FALSE(told(env_test::made_up_elf("", "3.12.4")));             // without a loader
  CHECK_FALSE(told(env_test::made_up_elf("/gone/ld.so", "3.12.4")));  // with one that is not there
  CHECK_FALSE(told(env_test::made_up_elf("/dev/zero", "3.12.4")));
  std::string other = env_test::made_up_elf("/gone/ld.so", "3.12.4");
  other[18] = char(0xf7);  // of a machine that there is not
  CHECK_FALSE(told(other));
  // Its library is gone, or of another name.
  Tree shared({.minor = 12, .shared = true});
  REQUIRE(shared.facts());
  REQUIRE(base::remove_file(shared.world.at("py/lib/libpython3.12.so.1.0")));
  CHECK_FALSE(shared.facts());
}

TEST_CASE("file facts: variables that give another answer are not guessed at") {
  Tree tree({.minor = 12, .shared = true});
  REQUIRE(tree.facts());
  for (const char* name : {"PYTHONHOME", "PYTHONPATH", "_PYTHON_SYSCONFIGDATA_NAME",
                           "_PYTHON_HOST_PLATFORM", "DEB_PYTHON_INSTALL_LAYOUT"}) {
    ::setenv(name, "x", 1);
    CHECK_FALSE_MESSAGE(tree.facts(), name);
    ::unsetenv(name);
  }
  const auto with_libraries_in = [&](const std::string& folder) {
    ::setenv("LD_LIBRARY_PATH", folder.c_str(), 1);
    const bool told = tree.facts().has_value();
    ::unsetenv("LD_LIBRARY_PATH");
    return told;
  };
  CHECK(with_libraries_in(tree.world.at("nothing")));
  CHECK(with_libraries_in(tree.world.at("py/lib")));
  tree.world.write("other/libpython3.12.so.1.0", "");
  CHECK_FALSE(with_libraries_in(cat("/nowhere:", tree.world.at("other"))));
}

TEST_CASE("file facts: names of programs and links") {
  Tree tree;
  const auto prefix = [&](std::string_view link) {
    const auto facts = Tree::facts_at(tree.world.at(link));
    return facts ? std::string(facts->text("prefix")) : "";
  };
  const auto link = [&](const std::string& target, std::string_view name) {
    REQUIRE(base::make_directories(std::string(base::parent_path(tree.world.at(name)))));
    REQUIRE(::symlink(target.c_str(), tree.world.at(name).c_str()) == 0);
  };
  link("python3.12", "py/bin/python");
  link(tree.python, "elsewhere/python");
  link("py", "alias");
  link("../py/bin/python3.12", "elsewhere/up");
  link("loop", "elsewhere/loop");
  CHECK_EQ(prefix("py/bin/python"), tree.world.at("py"));
  CHECK_EQ(prefix("elsewhere/python"), tree.world.at("py"));
  CHECK_EQ(prefix("alias/bin/python3.12"), tree.world.at("alias"));  // as Python says
  CHECK_EQ(prefix("elsewhere/up"), "");
  CHECK_EQ(prefix("elsewhere/loop"), "");
  // A program without a version in its name, beside one library or two.
  REQUIRE(base::rename_path(tree.python, tree.world.at("py/bin/cpython")));
  CHECK_EQ(prefix("py/bin/cpython"), tree.world.at("py"));
  tree.world.write("py/lib/python3.11/os.py", "");
  CHECK_EQ(prefix("py/bin/cpython"), "");
}

}  // namespace
}  // namespace pipit
