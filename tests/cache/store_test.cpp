#include "cache/store.h"
#include "base/file_lock.h"
#include "base/file_tree.h"
#include "cache/clean.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "base/environ.h"
#include "base/file.h"
#include "base/json.h"
#include "base/path.h"
#include "base/temp_dir.h"
#include "base/text.h"
#include "tests/cache/scratch.h"

namespace pipit::cache {
namespace {

using base::join_path;
using test::Scratch;
using test::staged;

struct Warnings : base::NoEvents {
  void warn(std::string_view message) override { texts.emplace_back(message); }
  std::vector<std::string> texts;
};

/// Sets an environment variable for a scope.
class Setting {
 public:
  Setting(const char* name, const char* value)
      : name_(name), before_(base::environment_variable(name)) {
    if (value)
      ::setenv(name, value, 1);
    else
      ::unsetenv(name);
  }
  ~Setting() {
    if (before_)
      ::setenv(name_, before_->c_str(), 1);
    else
      ::unsetenv(name_);
  }
  Setting(const Setting&) = delete;
  Setting& operator=(const Setting&) = delete;

 private:
  const char* name_;
  std::optional<std::string> before_;
};

}  // namespace

TEST_CASE("store: what is written is read, by another store too") {
  const Scratch scratch;
  Warnings events;
  const std::string content = std::string("a\0b\n", 4) + std::string(5000, 'x');
  {
    Store store(scratch.options(), events);
    CHECK(store.writable());
    CHECK_FALSE(store.temporary());
    CHECK_FALSE(store.read(Bucket::index, "p/requests"));
    CHECK(store.write(Bucket::index, "p/requests", content));
    CHECK(store.write(Bucket::index, "p/empty", ""));
  }
  Store store(scratch.options(), events);
  CHECK_EQ(store.read(Bucket::index, "p/requests"), content);
  CHECK_EQ(store.read(Bucket::index, "p/empty"), "");
  CHECK_FALSE(store.read(Bucket::index, "p/requests", 100));
  CHECK_FALSE(store.read(Bucket::trees, "p/requests"));
  store.remove(Bucket::index, "p/requests");
  store.remove(Bucket::index, "p/requests");
  CHECK_FALSE(store.read(Bucket::index, "p/requests"));
  CHECK(events.texts.empty());
}

TEST_CASE("store: a torn or flipped entry is a miss, wherever it is hurt") {
  const Scratch scratch;
  base::NoEvents events;
  Store store(scratch.options(), events);
  REQUIRE(store.write(Bucket::files, "entry", "content"));
  const std::string path = store.entry_path(Bucket::files, "entry");
  const std::string file = *base::read_file(path, 1000);
  for (std::size_t at = 0; at < file.size(); ++at) {
    REQUIRE(base::write_file(path, std::string_view(file).substr(0, at)));
    CHECK_FALSE(store.read(Bucket::files, "entry"));
    std::string flipped = file;
    flipped[at] = static_cast<char>(flipped[at] ^ 1);
    REQUIRE(base::write_file(path, flipped));
    CHECK_FALSE(store.read(Bucket::files, "entry"));
  }
  REQUIRE(base::write_file(path, file + "x"));
  CHECK_FALSE(store.read(Bucket::files, "entry"));
}

TEST_CASE("store: a .json entry is JSON for others, self-checking for us") {
  const Scratch scratch;
  base::NoEvents events;
  Store store(scratch.options(), events);
  const std::string content = R"({"data":{"a-1.whl":{"name":"a"}}})";
  REQUIRE(store.write(Bucket::built_wheel_metadata, "pypi/a/metadata.json", content));
  const std::string path = store.entry_path(Bucket::built_wheel_metadata, "pypi/a/metadata.json");
  const std::string file = *base::read_file(path, 1000);
  CHECK(base::parse_json(file));
  CHECK_EQ(store.read(Bucket::built_wheel_metadata, "pypi/a/metadata.json"), content);
  for (std::size_t at = 0; at < content.size(); ++at) {
    std::string flipped = file;
    flipped[at] = static_cast<char>(flipped[at] ^ 2);
    REQUIRE(base::write_file(path, flipped));
    CHECK_FALSE(store.read(Bucket::built_wheel_metadata, "pypi/a/metadata.json"));
  }
  REQUIRE(base::write_file(path, content + "\n"));
  CHECK_EQ(store.read(Bucket::built_wheel_metadata, "pypi/a/metadata.json"), content + "\n");
}

TEST_CASE("store: keys that could leave the bucket or hide in it are no keys") {
  for (std::string_view key : {"", "/", "a/", "/a", "a//b", ".", "..", "../a", "a/../b", "a/./b",
                               ".staging-1", "a/.b", "a b", "a\nb", "a:b", "a\\b", "a%2fb", "ä"}) {
    CAPTURE(key);
    CHECK_FALSE(is_valid_key(key));
  }
  CHECK_FALSE(is_valid_key(std::string_view("a\0b", 3)));
  CHECK_FALSE(is_valid_key(std::string(256, 'a')));
  for (std::string_view key : {"a", "pypi/a-1.0.tar.gz/metadata.json", "A_b+c-d@e.f", "a/..b/c"}) {
    CAPTURE(key);
    CHECK_EQ(is_valid_key(key), key != "a/..b/c");
  }
  const Scratch scratch;
  base::NoEvents events;
  Store store(scratch.options(), events);
  CHECK_FALSE(store.write(Bucket::index, "../escape", "x"));
  CHECK_FALSE(store.read(Bucket::index, "../escape"));
  CHECK_EQ(store.entry_path(Bucket::index, "../escape"), "");
  CHECK_FALSE(base::exists(scratch.path("cache/escape")));
}

TEST_CASE("store: a staged directory appears as a whole; the first one stays") {
  const Scratch scratch;
  base::NoEvents events;
  Store store(scratch.options(), events);
  const std::string first = staged(store, "first"), second = staged(store, "second");
  CHECK_NE(first, second);
  const auto path = store.publish(Bucket::wheels, first, "aa/bb");
  REQUIRE(path);
  CHECK_EQ(*path, store.entry_path(Bucket::wheels, "aa/bb"));
  CHECK_EQ(store.publish(Bucket::wheels, second, "aa/bb"), *path);
  CHECK_EQ(*base::read_file(join_path(*path, "manifest"), 100), "first");
  CHECK_FALSE(base::exists(first));
  CHECK_FALSE(base::exists(second));
  CHECK_EQ(store.publish(Bucket::wheels, first, "../x").error().code, Code::internal);
  store.remove(Bucket::wheels, "aa/bb");
  CHECK_FALSE(base::exists(*path));
}

TEST_CASE("store: what is put aside is out of sight, and gone after the next sweep") {
  const Scratch scratch;
  base::NoEvents events;
  Store store(scratch.options(), events);
  REQUIRE(base::make_directories(scratch.path("env/one/deep")));
  REQUIRE(base::make_directories(scratch.path("env/two")));
  REQUIRE(base::write_file_atomically(scratch.path("env/one/deep/file"), "12345"));
  CHECK(store.put_aside(scratch.path("env/one")));
  CHECK(store.put_aside(scratch.path("env/two")));
  CHECK_FALSE(base::exists(scratch.path("env/one")));
  CHECK_FALSE(store.put_aside(scratch.path("env/one")));
  CHECK_EQ(base::list_directory(scratch.path("cache/.aside"))->size(), 2u);
  CHECK_EQ(store.remove_aside(), 5u);
  CHECK_FALSE(base::exists(scratch.path("cache/.aside")));
  CHECK_EQ(store.remove_aside(), 0u);
  REQUIRE(base::make_directories(scratch.path("env/three")));
  Store temporary({"", scratch.path("")}, events);
  CHECK_FALSE(temporary.put_aside(scratch.path("env/three")));
  CHECK(base::is_directory(scratch.path("env/three")));
}

TEST_CASE("store: what is aside is swept as far as there is time, and goes on the next time") {
  const Scratch scratch;
  base::NoEvents events;
  Store store(scratch.options(), events);
  for (const char* name : {"env/a", "env/b", "env/c", "env/d"})
    REQUIRE(base::make_directories(scratch.path(name)));
  REQUIRE(store.put_aside(scratch.path("env")));
  const auto left = [&] { return base::list_directory(scratch.path("cache/.aside"))->size(); };
  store.sweep_aside([] { return false; });
  CHECK_EQ(left(), 1u);
  int entries = 0;
  store.sweep_aside([&] { return ++entries <= 3; });
  CHECK_EQ(entries, 4);
  CHECK_EQ(left(), 1u);
  store.sweep_aside({});
  CHECK_FALSE(base::exists(scratch.path("cache/.aside")));
}

TEST_CASE("store: of many that publish one key at once exactly one wins, and none fails") {
  const Scratch scratch;
  base::NoEvents events;
  Store store(scratch.options(), events);
  std::atomic<int> good{0};
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&] {
        const auto staging = store.staging_directory(Bucket::wheels);
        if (!staging || !base::write_file(join_path(*staging, "manifest"), "same")) return;
        if (store.publish(Bucket::wheels, *staging, "key")) ++good;
      });
    }
  }
  CHECK_EQ(good, 8);
  CHECK_EQ(base::list_directory(store.bucket_path(Bucket::wheels))->size(), 1);
}

TEST_CASE("store: no directory wished for is a temporary one, without a word and without a trace") {
  const Scratch scratch;
  Warnings events;
  std::string directory;
  {
    Store store({"", scratch.dir.path()}, events);
    directory = store.directory();
    CHECK(store.temporary());
    CHECK(store.writable());
    CHECK(directory.starts_with(scratch.dir.path()));
    CHECK(store.write(Bucket::files, "a", "x"));
    CHECK_EQ(store.read(Bucket::files, "a"), "x");
    CHECK(store.staging_directory(Bucket::wheels));
    // What a run remembers by itself is not written for nobody.
    for (const Bucket bucket : {Bucket::index, Bucket::wheel_metadata}) {
      CHECK_FALSE(store.write(bucket, "a", "x"));
      CHECK_FALSE(base::exists(store.bucket_path(bucket)));
    }
  }
  CHECK_FALSE(base::exists(directory));
  CHECK(events.texts.empty());
}

TEST_CASE("store: a directory that cannot be made is replaced, with one warning that names it") {
  const Scratch scratch;
  REQUIRE(base::write_file(scratch.path("file"), ""));
  Warnings events;
  const Store store(scratch.options("file/cache"), events);
  CHECK(store.temporary());
  CHECK(store.writable());
  REQUIRE_EQ(events.texts.size(), 1);
  CHECK(events.texts[0].starts_with(scratch.path("file/cache")));
  CHECK(events.texts[0].ends_with("; going without a cache"));
}

TEST_CASE("store: without any directory everything misses and staging says why") {
  const Scratch scratch;
  REQUIRE(base::write_file(scratch.path("file"), ""));
  Warnings events;
  Store store({"", scratch.path("file")}, events);
  CHECK_EQ(store.directory(), "");
  CHECK_FALSE(store.write(Bucket::index, "a", "x"));
  CHECK_FALSE(store.read(Bucket::index, "a"));
  CHECK_EQ(store.staging_directory(Bucket::wheels).error().code, Code::io);
  CHECK_EQ(events.texts.size(), 1);
}

TEST_CASE("store: another user's cache in HOME is not used by root") {
  if (::geteuid() != 0) {
    MESSAGE("only root can meet this");
    return;
  }
  const Scratch scratch;
  REQUIRE_EQ(::chown(scratch.dir.path().c_str(), 65534, 65534), 0);
  Warnings events;
  {
    const Setting home("HOME", scratch.dir.path().c_str());
    const Store store({scratch.path("cache"), "/tmp"}, events);
    CHECK(store.temporary());
    CHECK_FALSE(base::exists(scratch.path("cache")));
    CHECK_EQ(events.texts,
             std::vector<std::string>{cat(
                 scratch.path("cache"), ": the cache belongs to another user; going without it")});
  }
  const Setting home("HOME", "/root");
  const Store store({scratch.path("cache"), "/tmp"}, events);
  CHECK_FALSE(store.temporary());
}

TEST_CASE("store: a cache that cannot be written is read, and staged beside") {
  const Scratch scratch;
  Warnings events;
  {
    Store store(scratch.options(), events);
    REQUIRE(store.write(Bucket::index, "a", "kept"));
  }
  REQUIRE_EQ(::chmod(scratch.path("cache").c_str(), 0555), 0);
  REQUIRE_EQ(::chmod(scratch.path("cache/index-v0").c_str(), 0555), 0);
  REQUIRE_EQ(::chmod(scratch.dir.path().c_str(), 0755), 0);
  const bool root = ::geteuid() == 0;  // to whom modes mean nothing
  if (root) REQUIRE_EQ(::seteuid(65534), 0);
  {
    Store store({scratch.path("cache"), "/tmp"}, events);
    CHECK_FALSE(store.writable());
    CHECK_FALSE(store.temporary());
    CHECK_EQ(store.read(Bucket::index, "a"), "kept");
    CHECK_FALSE(store.write(Bucket::index, "a", "new"));
    CHECK_EQ(store.read(Bucket::index, "a"), "kept");
    const std::string staging = staged(store, "wheel");
    const auto path = store.publish(Bucket::wheels, staging, "aa");
    REQUIRE(path);
    CHECK_EQ(store.entry_path(Bucket::wheels, "aa"), *path);
    CHECK_FALSE(path->starts_with(scratch.dir.path()));
    CHECK_EQ(clean(store, true).error().code, Code::io);
    CHECK_EQ(events.texts.size(), 1);
  }
  if (root) REQUIRE_EQ(::seteuid(0), 0);
  CHECK_EQ(::chmod(scratch.path("cache").c_str(), 0755), 0);
  CHECK_EQ(::chmod(scratch.path("cache/index-v0").c_str(), 0755), 0);
}

TEST_CASE("store: a lock keeps others out until it goes") {
  const Scratch scratch;
  base::NoEvents events;
  Store store(scratch.options(), events);
  std::atomic<bool> inside{false}, overlapped{false};
  std::vector<std::jthread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      const auto lock = store.lock(Bucket::files, "git/x", base::FileLock::Mode::exclusive);
      if (!lock || inside.exchange(true)) overlapped = true;
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
      inside = false;
    });
  }
  threads.clear();
  CHECK_FALSE(overlapped);
}

TEST_CASE("default directory: the first variable that is set and makes sense") {
  const Scratch scratch;
  const Setting home("HOME", scratch.dir.path().c_str()), xdg("XDG_CACHE_HOME", "/xdg"),
      pip("PIP_CACHE_DIR", "/pip"), own("PIPIT_CACHE_DIR", "/own/x/..");
  CHECK_EQ(default_directory(), "/own");
  const Setting no_own("PIPIT_CACHE_DIR", "");
  CHECK_EQ(default_directory(), "/pip/pipit");
  const Setting no_pip("PIP_CACHE_DIR", nullptr);
  CHECK_EQ(default_directory(), "/xdg/pipit");
  const Setting relative("XDG_CACHE_HOME", "relative");
  CHECK_EQ(default_directory(), scratch.path(".cache/pipit"));
  for (const char* bad : {"/", "", "/no/such/home"}) {
    const Setting no_home("HOME", bad);
    CHECK_EQ(default_directory(), "");
  }
}

}  // namespace pipit::cache
