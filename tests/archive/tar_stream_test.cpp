#include "archive/tar_stream.h"

#include <doctest/doctest.h>

#include <vector>

#include "base/text.h"
#include "tests/archive/tar_maker.h"

namespace pipit::archive {
namespace {

using test::pax_record;
using test::tar_member;

const std::string kTarEnd(1024, '\0');

/// "name kind size [x] [-> target] content;" of all members.
Result<std::string> read_tar(const std::string& bytes, std::size_t piece) {
  std::string out;
  TarSink sink;
  sink.begin = [&](const TarEntry& e) -> Result<Take> {
    const char* kinds[] = {"file", "directory", "symlink", "hardlink"};
    out += cat(e.name, " ", kinds[static_cast<int>(e.kind)], e.executable ? " x" : "",
               e.target.empty() ? "" : " -> ", e.target);
    if (e.kind != TarEntry::Kind::file)
      out += ";";
    else
      out += cat(" ", e.size, " ");
    return Take::content;
  };
  sink.data = [&](std::string_view bytes_of_it) -> Result<void> {
    out += bytes_of_it;
    return {};
  };
  sink.end = [&](const TarEntry&) -> Result<void> {
    out += ";";
    return {};
  };
  TarStream tar("t.tar", std::move(sink));
  for (std::size_t at = 0; at < bytes.size(); at += piece)
    PIPIT_TRY(tar.feed(std::string_view(bytes).substr(at, piece)));
  PIPIT_TRY(tar.finish());
  return out;
}

TEST_CASE("tar: members of all kinds, whatever the pieces") {
  std::string bytes = tar_member("a/", "", '5') + tar_member("a/f", "hello") +
                      tar_member("./a//g", "", '0', "", 0755) + tar_member("a/l", "", '2', "f") +
                      tar_member("a/h", "", '1', "a/f") + kTarEnd + "junk";
  for (std::size_t piece : {std::size_t{1}, std::size_t{100}, bytes.size()}) {
    CHECK(read_tar(bytes, piece).value_or("?") ==
          "a directory;a/f file 5 hello;a/g file x 0 ;a/l symlink -> f;a/h hardlink -> a/f;");
  }
}

TEST_CASE("tar: long names, by pax and by GNU") {
  std::string name(200, 'n');
  CHECK(read_tar(
            tar_member("x", pax_record("path", name), 'x') + tar_member("short", "1") + kTarEnd, 77)
            .value_or("?") == cat(name, " file 1 1;"));
  CHECK(read_tar(
            tar_member("x", name + std::string(1, '\0'), 'L') + tar_member("short", "1") + kTarEnd,
            77)
            .value_or("?") == cat(name, " file 1 1;"));
  CHECK(read_tar(tar_member("x", pax_record("comment", "from git"), 'g') + tar_member("a", "1") +
                     kTarEnd,
                 77)
            .value_or("?") == "a file 1 1;");
}

TEST_CASE("tar: the pax size rules, for skipping as well") {
  std::string inner = tar_member("hidden", "x");
  std::string bytes = tar_member("x", pax_record("size", cat(inner.size())), 'x') +
                      tar_member("a", inner, '0', "", 0644, 0) + kTarEnd;
  auto read = read_tar(bytes, 512);
  REQUIRE(read.has_value());
  CHECK(read->starts_with(cat("a file ", inner.size(), " ")));
  CHECK(read->find("hidden file") == std::string::npos);
}

TEST_CASE("tar: what PEP 706 and 721 forbid is refused by name") {
  struct Row {
    std::string bytes;
    const char* message;
  };
  const std::vector<Row> rows = {
      {tar_member("../x", "1"), "../x: path leads out of the archive"},
      {tar_member("a/../../x", "1"), "path leads out of the archive"},
      {tar_member("/etc/passwd", "1"), "/etc/passwd: path leads out of the archive"},
      {tar_member("a/l", "", '2', "../../x"), "a/l: is a link out of the archive"},
      {tar_member("l", "", '2', "/etc"), "l: is a link to an absolute path"},
      {tar_member("h", "", '1', "../x"), "h: is a link out of the archive"},
      {tar_member("l", "", '2', ""), "l: is a link to nothing"},
      {tar_member("d", "", '3'), "d: is not a regular file, directory or link"},
      {tar_member("p", "", '6'), "p: is not a regular file, directory or link"},
      {tar_member("s", "", 'S'), "s: is a sparse file"},
      {tar_member("x", pax_record("GNU.sparse.major", "1"), 'x'), "a sparse file"},
      {tar_member("x", "10 path=a", 'x'), "malformed pax record"},
      {tar_member("x", "99 path=a\n", 'x'), "malformed pax record"},
      {tar_member("x", "x path=a\n", 'x'), "malformed pax record"},
      {tar_member("x", pax_record("path", "a") + pax_record("path", "b"), 'x'),
       "doubled pax record"},
      {tar_member("x", pax_record("path", "a"), 'x') +
           tar_member("x", pax_record("path", "b"), 'x'),
       "given twice"},
      {tar_member("x", pax_record("size", "-1"), 'x'), "a member with an impossible size"},
      {tar_member("x", std::string(2u << 20, 'n'), 'L'), "of more than 1 MB"},
      {std::string(512, 'z'), "is not a tar archive"},
  };
  for (const Row& row : rows) {
    auto read = read_tar(row.bytes + kTarEnd, 512);
    REQUIRE_FALSE(read.has_value());
    CHECK(read.error().code == Code::bad_archive);
    CHECK_MESSAGE(read.error().message.find(row.message) != std::string::npos,
                  read.error().message);
  }
}

TEST_CASE("tar: cut in a member it is refused") {
  std::string bytes = tar_member("a", std::string(1000, 'a'));
  for (std::size_t length :
       {std::size_t{1}, std::size_t{511}, std::size_t{600}, bytes.size() - 1}) {
    CHECK_FALSE(read_tar(bytes.substr(0, length), 100).has_value());
  }
  CHECK(read_tar(bytes, 100).has_value());
}

TEST_CASE("tar: links inside are fine, links out are not, by their text") {
  CHECK(tar_link_fault("a/b", "../c") == nullptr);
  CHECK(tar_link_fault("a", "./b/../c") == nullptr);
  CHECK(tar_link_fault("a", "../..") != nullptr);
  CHECK(tar_link_fault("", "..") != nullptr);
}

}  // namespace
}  // namespace pipit::archive
