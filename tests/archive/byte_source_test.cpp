#include "archive/byte_source.h"
#include "base/file.h"
#include "base/path.h"
#include "base/temp_dir.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <string>

namespace pipit::archive {
namespace {

std::string part(ByteSource& source, std::uint64_t offset, std::size_t length) {
  std::string out(length, '?');
  const Result<void> read = source.read_at(offset, out);
  return read ? out : read.error().message;
}

}  // namespace

TEST_CASE("byte source: bytes at an offset, and none behind the end") {
  base::TempDir dir = *base::TempDir::create("/tmp", "pipit-test-");
  const std::string path = base::join_path(dir.path(), "f");
  REQUIRE(base::write_file(path, "0123456789"));
  auto file = FileSource::open(path);
  REQUIRE(file);
  MemorySource memory("0123456789");
  for (ByteSource* source :
       {static_cast<ByteSource*>(file->get()), static_cast<ByteSource*>(&memory)}) {
    CHECK_EQ(source->size(), 10);
    CHECK_EQ(part(*source, 0, 10), "0123456789");
    CHECK_EQ(part(*source, 3, 4), "3456");
    CHECK_EQ(part(*source, 10, 0), "");
    std::string out(3, '?');
    CHECK_EQ(source->read_at(8, out).error().code, Code::bad_archive);
    CHECK_EQ(source->read_at(11, out).error().code, Code::bad_archive);
    CHECK_EQ(source->read_at(~std::uint64_t{0} - 1, out).error().code, Code::bad_archive);
  }
}

TEST_CASE("byte source: a file that shrinks behind our back is an error") {
  base::TempDir dir = *base::TempDir::create("/tmp", "pipit-test-");
  const std::string path = base::join_path(dir.path(), "f");
  REQUIRE(base::write_file(path, "0123456789"));
  auto file = FileSource::open(path);
  REQUIRE(file);
  REQUIRE(base::write_file(path, "0"));
  std::string out(5, '?');
  CHECK_FALSE((*file)->read_at(2, out));
}

TEST_CASE("byte source: only regular files, and none that is not there") {
  base::TempDir dir = *base::TempDir::create("/tmp", "pipit-test-");
  const std::string pipe = base::join_path(dir.path(), "pipe");
  REQUIRE_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  CHECK_EQ(FileSource::open(dir.path() + "/none").error().code, Code::not_found);
  CHECK_EQ(FileSource::open(dir.path()).error().code, Code::io);
  CHECK_EQ(FileSource::open(pipe).error().code, Code::io);
}

}  // namespace pipit::archive
