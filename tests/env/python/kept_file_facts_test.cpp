// Which changes of an installation end what was kept of it.
#include "env/python/kept_file_facts.h"

#include <unistd.h>

#include "base/file_tree.h"
#include "cache/store.h"
#include "env/python/file_facts.h"
#include "tests/env/env_fixture.h"
#include "tests/env/python_tree.h"

namespace pipit {
namespace {

using env_test::PythonTree;
using env_test::World;

constexpr std::int64_t kMinute = 60'000'000'000;
constexpr std::string_view kMark = "9.9.9";

/// A made-up Python whose facts were read once, and whose entry was given a mark.
struct Kept {
  World world;
  PythonTree tree;
  std::string python = tree.write(world, world.at("py"));
  cache::Store store{{world.at("store"), ""}, world.heard};

  explicit Kept(PythonTree of = {}) : tree(std::move(of)) {}

  std::string version(std::int64_t later = kMinute) {
    const auto facts = env::kept_file_facts(python, store, env_test::made_up_texts(),
                                            env::now_nanoseconds() + later);
    return facts ? std::string(facts->text("full_version")) : "none";
  }
  std::vector<base::DirEntry> entries() const {
    const auto found = base::list_directory(world.at("store/interpreter-v0"));
    return found ? *found : std::vector<base::DirEntry>();
  }
  void replace(std::string_view from, std::string_view to) {
    REQUIRE_EQ(entries().size(), 1);
    const std::string key = entries()[0].name;
    const auto entry = store.read(cache::Bucket::interpreter, key);
    REQUIRE(entry);
    REQUIRE(entry->find(from) != std::string::npos);
    REQUIRE(store.write(cache::Bucket::interpreter, key, base::replace_all(*entry, from, to)));
  }
  void mark() {
    CHECK_EQ(version(), tree.version);
    replace(cat("\"", tree.version, "\""), cat("\"", kMark, "\""));
    CHECK_EQ(version(), kMark);
    ::usleep(20'000);
  }
  void write(std::string_view path, std::string_view text) { world.write(cat("py/", path), text); }
};

bool is_noticed(auto&& change, PythonTree tree = {}) {
  Kept kept(std::move(tree));
  REQUIRE(base::make_directories(kept.world.at("folder")));
  kept.write("lib/python3.12/site-packages/x.pth", "../../../../folder\n../../../site-packages\n");
  kept.mark();
  change(kept);
  return kept.version() != kMark;
}

TEST_CASE("kept file facts: what nothing came from may change") {
  CHECK_FALSE(is_noticed([](Kept&) {}));
  CHECK_FALSE(is_noticed([](Kept& kept) {
    kept.write("lib/python3.12/os.py", "x");
    kept.write("bin/other", "");
    kept.write("lib/libother.so", "");
    kept.world.write("folder/x", "");
  }));
}

TEST_CASE("kept file facts: what they came from may not, nor may it come or go") {
  for (const char* path :
       {"bin/python3.12", "lib/python3.12/sysconfig.py", "lib/python3.12/site.py",
        "include/python3.12/patchlevel.h", "libc/libc.so.6", "libc/ld-linux-x86-64.so.2",
        "lib/python3.12/site-packages/x.pth", "lib/python3.12/site-packages/more.pth",
        "site-packages/x", "lib/python312.zip", "bin/python3.12._pth", "bin/lib/python3.12/os.py",
        "lib/python3.12/_sysconfigdata__linux_i386-linux-gnu.py",
        "lib/python3.12/sitecustomize.py"}) {
    CHECK_MESSAGE(is_noticed([&](Kept& kept) { kept.write(path, "changed"); }), std::string(path));
    CHECK_MESSAGE(is_noticed([&](Kept& kept) {
                    const std::string at = kept.world.at(cat("py/", path));
                    const bool was_there = base::exists(at);
                    if (was_there)
                      REQUIRE(base::remove_tree(at));
                    else
                      kept.write(path, "");
                  }),
                  std::string(path));
  }
  CHECK(is_noticed([](Kept& kept) {
    kept.write(cat("lib/python3.12/", kept.tree.data_name()), kept.tree.sysconfigdata());
  }));
  CHECK(is_noticed([](Kept& kept) {
    kept.write(cat("lib/python3.12/__pycache__/", base::split(kept.tree.data_name(), '.')[0],
                   ".cpython-312.pyc"),
               "");
  }));
}

TEST_CASE("kept file facts: a library of its own, and a header that was not there") {
  const PythonTree shared{.minor = 12, .shared = true, .header = false};
  for (const char* path : {"lib/libpython3.12.so.1.0", "include/python3.12/patchlevel.h"})
    CHECK_MESSAGE(is_noticed([&](Kept& kept) { kept.write(path, "x"); }, shared),
                  std::string(path));
}

TEST_CASE("kept file facts: a link that leads to another Python") {
  Kept kept;
  const std::string link = kept.world.at("link");
  const std::string other =
      PythonTree{.minor = 13, .version = "3.13.7"}.write(kept.world, kept.world.at("other"));
  REQUIRE(::symlink(kept.python.c_str(), link.c_str()) == 0);
  kept.python = link;
  kept.mark();
  REQUIRE(base::remove_file(link));
  REQUIRE(::symlink(other.c_str(), link.c_str()) == 0);
  CHECK_EQ(kept.version(), "3.13.7");
}

TEST_CASE("kept file facts: nothing is kept that is too new, odd, or for one run") {
  Kept kept;
  CHECK_EQ(kept.version(0), "3.12.4");
  CHECK(kept.entries().empty());
  ::setenv("LD_LIBRARY_PATH", "/nowhere", 1);
  CHECK_EQ(kept.version(), "3.12.4");
  CHECK(kept.entries().empty());
  ::unsetenv("LD_LIBRARY_PATH");
  kept.mark();
  ::setenv("LD_LIBRARY_PATH", "/nowhere", 1);
  CHECK_EQ(kept.version(), "3.12.4");
  ::unsetenv("LD_LIBRARY_PATH");
  ::setenv("PYTHONHOME", "/nowhere", 1);
  CHECK_EQ(kept.version(), "none");
  ::unsetenv("PYTHONHOME");
  CHECK_EQ(kept.version(), kMark);

  cache::Store temporary({"", kept.world.at("")}, kept.world.heard);
  for (int i = 0; i < 2; ++i)
    CHECK(env::kept_file_facts(kept.python, temporary, env_test::made_up_texts(),
                               env::now_nanoseconds() + kMinute));
  const auto entries = base::list_directory(temporary.bucket_path(cache::Bucket::interpreter));
  CHECK((!entries || entries->empty()));
}

TEST_CASE("kept file facts: an entry that is no entry is made again") {
  for (const char* text : {"{}", "\n\n{}", "- /x\n{}"}) {
    Kept kept;
    kept.mark();
    const std::string key = kept.entries()[0].name;
    REQUIRE(kept.store.write(cache::Bucket::interpreter, key, text));
    CHECK_EQ(kept.version(), "3.12.4");
    kept.mark();
  }
  Kept kept;
  kept.mark();
  kept.replace("\n\n{", "\n\n");
  CHECK_EQ(kept.version(), "3.12.4");
}

}  // namespace
}  // namespace pipit
