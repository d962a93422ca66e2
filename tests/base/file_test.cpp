#include "base/file.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <string>
#include <thread>
#include <vector>

#include "base/stop.h"
#include "base/text.h"

namespace pipit::base {
namespace {

struct Sandbox {
  TempDir dir = *TempDir::create("/tmp", "pipit-test-");
  std::string path(std::string_view name) const { return join_path(dir.path(), name); }
};

}  // namespace

TEST_CASE("file: what is written is read, up to a limit") {
  const Sandbox box;
  const std::string content = std::string(100'000, 'x') + std::string("\0y", 2);
  REQUIRE(write_file(box.path("f"), content, 0640));
  CHECK_EQ(*read_file(box.path("f"), content.size()), content);
  CHECK_EQ(read_file(box.path("f"), content.size() - 1).error().code, Code::parse);
  CHECK_EQ((*file_info(box.path("f")))->size, content.size());
  CHECK_EQ((*file_info(box.path("f")))->mode & 0777, 0640);
  REQUIRE(write_file(box.path("f"), ""));
  CHECK_EQ(*read_file(box.path("f"), 0), "");
  CHECK_FALSE(read_file("/proc/self/status", 10));
  CHECK(read_file("/proc/self/status", 100'000)->starts_with("Name:"));
}

TEST_CASE("file: absence, directories and pipes are told apart, none blocks") {
  const Sandbox box;
  REQUIRE_EQ(::mkfifo(box.path("pipe").c_str(), 0600), 0);
  CHECK_EQ(read_file(box.path("none"), 9).error().code, Code::not_found);
  CHECK_EQ(read_file(box.path("none"), 9).error().message, cat(box.path("none"), ": no such file"));
  CHECK_EQ(read_file(box.dir.path(), 9).error().message, cat(box.dir.path(), ": is a directory"));
  CHECK_EQ(read_file(box.path("pipe"), 9).error().code, Code::io);
  CHECK_FALSE(*file_info(box.path("none")));
  CHECK_FALSE(*file_info(box.path("none/below")));
  CHECK(is_directory(box.dir.path()));
  CHECK_FALSE(is_regular_file(box.path("pipe")));
  CHECK(exists(box.path("pipe")));
}

TEST_CASE("file: an atomic write leaves old or new and no rest") {
  const Sandbox box;
  REQUIRE(write_file_atomically(box.path("f"), "one"));
  REQUIRE(write_file_atomically(box.path("f"), "two"));
  CHECK_EQ(*read_file(box.path("f"), 9), "two");
  REQUIRE(make_directories(box.path("dir/x")));
  CHECK_FALSE(write_file_atomically(box.path("dir"), "x"));
  CHECK_FALSE(write_file_atomically(box.path("none/f"), "x"));
  CHECK_EQ(list_directory(box.dir.path())->size(), 2);
}

TEST_CASE("file: a full disk has a code of its own") {
  CHECK_EQ(system_error("x", ENOSPC).code, Code::no_space);
  CHECK_EQ(system_error("x", EDQUOT).code, Code::no_space);
  CHECK_EQ(system_error("/a", ENOENT).code, Code::io);
  CHECK_EQ(system_error("/a", ENOSPC).message, "/a: no space left on device");
  const auto full = write_file("/dev/full", "x");
  CHECK_EQ(full.error().code, Code::no_space);
}

TEST_CASE("file: directories are made once, by as many as like") {
  const Sandbox box;
  std::atomic<int> good{0};
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&] { good += make_directories(box.path("a/b/c/d/e")).has_value(); });
    }
  }
  CHECK_EQ(good, 8);
  CHECK(is_directory(box.path("a/b/c/d/e")));
  REQUIRE(write_file(box.path("f"), ""));
  CHECK_EQ(make_directories(box.path("f")).error().message,
           cat(box.path("f"), ": exists and is no directory"));
  CHECK_FALSE(make_directories(box.path("f/g")));
}

TEST_CASE("file: a tree is removed without following its links") {
  const Sandbox box;
  REQUIRE(make_directories(box.path("outside")));
  REQUIRE(write_file(box.path("outside/kept"), "x"));
  REQUIRE(make_directories(box.path("tree/a/b")));
  REQUIRE(write_file(box.path("tree/a/b/f"), "x"));
  REQUIRE_EQ(::symlink(box.path("outside").c_str(), box.path("tree/a/link").c_str()), 0);
  REQUIRE_EQ(::symlink(box.path("outside").c_str(), box.path("link").c_str()), 0);
  REQUIRE_EQ(::symlink("/nowhere", box.path("tree/dangling").c_str()), 0);
  CHECK_EQ(*list_tree(box.path("tree")), std::vector<std::string>{"a/b/f", "a/link", "dangling"});
  REQUIRE_EQ(::chmod(box.path("tree/a/b").c_str(), 0500), 0);
  CHECK(remove_tree(box.path("tree")));
  CHECK_FALSE(exists(box.path("tree")));
  CHECK(remove_tree(box.path("link/")));
  CHECK_FALSE(*file_info(box.path("link")));
  CHECK(exists(box.path("outside/kept")));
  CHECK(remove_tree(box.path("outside/kept")));
  CHECK(remove_tree(box.path("never was")));
  CHECK_FALSE(remove_tree("/"));
  CHECK_FALSE(remove_tree(""));
}

TEST_CASE("file: listing is sorted and knows kinds; an absent directory is empty") {
  const Sandbox box;
  REQUIRE(write_file(box.path("b"), ""));
  REQUIRE(make_directories(box.path("a")));
  REQUIRE_EQ(::symlink("a", box.path("c").c_str()), 0);
  const auto entries = list_directory(box.dir.path());
  REQUIRE(entries);
  REQUIRE_EQ(entries->size(), 3);
  CHECK_EQ((*entries)[0].name, "a");
  CHECK_EQ((*entries)[0].kind, FileInfo::Kind::directory);
  CHECK_EQ((*entries)[1].kind, FileInfo::Kind::file);
  CHECK_EQ((*entries)[2].kind, FileInfo::Kind::symlink);
  CHECK_EQ((*file_info(box.path("c")))->kind, FileInfo::Kind::symlink);
  CHECK_EQ((*file_info(box.path("c"), true))->kind, FileInfo::Kind::directory);
  CHECK(list_directory(box.path("none"))->empty());
  CHECK_FALSE(list_directory(box.path("b")));
}

TEST_CASE("path: parts and joins") {
  CHECK_EQ(join_path("/a", "b"), "/a/b");
  CHECK_EQ(join_path("/a/", "b"), "/a/b");
  CHECK_EQ(join_path("/a", "/b"), "/b");
  CHECK_EQ(join_path("", "b"), "b");
  CHECK_EQ(join_path("/a", ""), "/a");
  struct Row {
    std::string_view path, parent, name;
  };
  for (const Row& row : {Row{"/a/b", "/a", "b"},
                         {"/a", "/", "a"},
                         {"/", "/", "/"},
                         {"a", "", "a"},
                         {"a/b/", "a", "b"},
                         {"/a//b", "/a", "b"},
                         {"", "", ""}}) {
    CAPTURE(row.path);
    CHECK_EQ(parent_path(row.path), row.parent);
    CHECK_EQ(base_name(row.path), row.name);
  }
}

TEST_CASE("path: absolute and relative by text alone") {
  CHECK_EQ(absolute_path("/a/./b//../c/"), "/a/c");
  CHECK_EQ(absolute_path("/../.."), "/");
  CHECK_EQ(absolute_path("x").substr(absolute_path(".").size()), "/x");
  struct Row {
    std::string_view from, to, relative;
  };
  for (const Row& row : {Row{"/a/b", "/a/c/d", "../c/d"},
                         {"/a", "/a", "."},
                         {"/a", "/a/b", "b"},
                         {"/a/b", "/a", ".."},
                         {"/", "/x", "x"},
                         {"/ab", "/a", "../a"},
                         {"/a/b", "/", "../.."}}) {
    CHECK_EQ(relative_path(row.from, row.to), row.relative);
  }
  const Sandbox box;
  REQUIRE_EQ(::symlink("/usr/bin", box.path("l").c_str()), 0);
  CHECK_EQ(real_path(box.path("l")), real_path("/usr/bin"));
  CHECK_EQ(real_path("/no/such"), "/no/such");
}

TEST_CASE("temp dir: goes with its owner unless kept") {
  std::string gone, kept;
  {
    TempDir first = *TempDir::create("/tmp", "pipit-test-");
    TempDir second = std::move(first);
    gone = second.path();
    REQUIRE(write_file(join_path(gone, "f"), "x"));
    TempDir third = *TempDir::create("/tmp", "pipit-test-");
    kept = third.keep();
  }
  CHECK_FALSE(exists(gone));
  CHECK(exists(kept));
  CHECK(remove_tree(kept));
  CHECK_FALSE(TempDir::create("/no/such/parent", "x"));
  CHECK_NE(unique_name("a"), unique_name("a"));
}

TEST_CASE("file lock: exclusive keeps others out, shared lets them in, a stop ends the wait") {
  const Sandbox box;
  const std::string path = box.path("lock");
  {
    const auto first = FileLock::acquire(path, FileLock::Mode::shared);
    REQUIRE(first);
    CHECK(FileLock::acquire(path, FileLock::Mode::shared));
    std::stop_source stop;
    const StopFd stop_fd(stop.get_token());
    std::jthread stopper([&] { stop.request_stop(); });
    CHECK_EQ(FileLock::acquire(path, FileLock::Mode::exclusive, stop_fd.fd()).error().code,
             Code::cancelled);
  }
  CHECK(FileLock::acquire(path, FileLock::Mode::exclusive));
  CHECK_EQ(FileLock::acquire(box.path("none/lock"), FileLock::Mode::shared).error().code, Code::io);
}

TEST_CASE("stop: a stop makes the descriptor readable, and waits end by it") {
  std::stop_source stop;
  const StopFd stop_fd(stop.get_token());
  int ends[2];
  REQUIRE_EQ(::pipe(ends), 0);
  const Fd reader(ends[0]), writer(ends[1]);
  constexpr short kReadable = 1;  // POLLIN
  CHECK_EQ(wait_fd(reader.get(), kReadable, 5, stop_fd.fd()), Waited::timeout);
  REQUIRE(write_all(writer.get(), "x", "pipe"));
  CHECK_EQ(wait_fd(reader.get(), kReadable, 1000, stop_fd.fd()), Waited::ready);
  stop.request_stop();
  CHECK_EQ(wait_fd(reader.get(), kReadable, -1, stop_fd.fd()), Waited::stopped);
  CHECK_EQ(wait_fd(reader.get(), kReadable, -1, stop_fd.fd()), Waited::stopped);
  CHECK_EQ(wait_fd(999, kReadable, 1000, -1), Waited::failed);
  const StopFd late(stop.get_token());
  CHECK_EQ(wait_fd(-1, 0, -1, late.fd()), Waited::stopped);
}

}  // namespace pipit::base
