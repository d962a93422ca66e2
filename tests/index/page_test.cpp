#include "index/page.h"

#include <doctest/doctest.h>

#include <utility>

namespace pipit::index {
namespace {

TEST_CASE("page: a missing one has its name and nothing else") {
  const PagePtr page = missing_page("demo");
  CHECK_EQ(page->project, "demo");
  CHECK_FALSE(page->found);
  CHECK(page->files.empty());
  CHECK(page->status.empty());
}

TEST_CASE("page: a file keeps its page, so its texts stay") {
  auto made = std::make_shared<Page>();
  made->buffer = std::make_shared<const std::string>("a-1.zip b-2.zip");
  made->files.resize(2);
  made->files[1].name = std::string_view(*made->buffer).substr(8);
  const std::weak_ptr<Page> watched = made;
  FilePtr file = file_of(std::move(made), 1);
  REQUIRE_FALSE(watched.expired());
  CHECK_EQ(file->name, "b-2.zip");
  file.reset();
  CHECK(watched.expired());
}

TEST_CASE("page: a file's key is its sha256, else it tells place, hash and state apart") {
  File file;
  file.url = "https://i.example/a-1.zip";
  const std::string by_url = file_key(file);
  CHECK_EQ(by_url.size(), 64);
  CHECK_EQ(file_key(file), by_url);
  File other = file;
  other.url = "https://j.example/a-1.zip";
  CHECK_NE(file_key(other), by_url);
  other = file;
  other.other_hash = "md5=00";
  CHECK_NE(file_key(other), by_url);
  other = file;
  other.stamp = "10-1";  // a local file that was changed
  CHECK_NE(file_key(other), by_url);
  // The same bytes from elsewhere are the same.
  file.sha256 = other.sha256 = "abc";
  CHECK_EQ(file_key(file), "abc");
  CHECK_EQ(file_key(other), "abc");
}

}  // namespace
}  // namespace pipit::index
