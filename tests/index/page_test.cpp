#include "index/page.h"

#include <thread>
#include <vector>

#include "index/page_builder.h"
#include "tests/index/pages.h"

namespace pipit::index {
namespace {

PagePtr page_of(const std::vector<std::string>& names) {
  PageBuilder builder("a", "https://i.example/");
  for (const std::string& name : names) {
    RawFile file;
    file.name = name;
    file.url = cat("https://i.example/", name);
    builder.add(file);
  }
  return read_back(builder.encode());
}

TEST_CASE("page: a release is found by its version, and its files with it") {
  const PagePtr page = page_of({"a-1.0.zip", "a-2.zip", "a-1-py3-none-any.whl", "a-3rc1.zip"});
  const auto place = [&](std::string_view version) {
    return find_release(*page, *pep::Version::parse(version));
  };
  CHECK_EQ(place("3rc1"), 0);
  CHECK_EQ(place("2.0.0"), 1);
  CHECK_EQ(place("1"), 2);
  CHECK_FALSE(place("4"));
  CHECK_FALSE(place("1.5"));
  CHECK_FALSE(place("0"));
  CHECK_EQ(files_of(*page, *pep::Version::parse("1.0")).size(), 2);
  CHECK(files_of(*page, *pep::Version::parse("9")).empty());
  CHECK_FALSE(find_release(*missing_page("a"), *pep::Version::parse("1")));
}

TEST_CASE("page: threads that look at a release at once see the same one") {
  std::vector<std::string> names;
  for (int i = 0; i < 200; ++i) names.push_back(cat("a-", i, ".zip"));
  const PagePtr page = page_of(names);
  std::vector<const Release*> seen[2];
  {
    std::vector<std::jthread> threads;
    for (std::vector<const Release*>& mine : seen)
      threads.emplace_back([&mine, &page] {
        for (const Release& release : page->releases) mine.push_back(&release);
      });
  }
  CHECK_EQ(seen[0].size(), 200);
  CHECK(seen[0] == seen[1]);
}

TEST_CASE("page: a missing one has its name and nothing else") {
  const PagePtr page = missing_page("demo");
  CHECK_EQ(page->project, "demo");
  CHECK_FALSE(page->found);
  CHECK(page->releases.empty());
  CHECK(page->status.empty());
}

TEST_CASE("page: a file keeps its page, so its texts stay") {
  PagePtr made = page_of({"a-1.zip", "a-2.zip"});
  const std::weak_ptr<const Page> watched = made;
  const File& older = made->releases[1].files.front();
  FilePtr file = file_of(made, older);
  made.reset();
  REQUIRE_FALSE(watched.expired());
  CHECK_EQ(file->name, "a-1.zip");
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
