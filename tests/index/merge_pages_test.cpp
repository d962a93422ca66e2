#include "index/merge_pages.h"

#include <utility>

#include "tests/index/pages.h"

namespace pipit::index {
namespace {

PagePtr with_status(std::string status, std::string reason, std::string_view file) {
  return read_page(cat(R"(<meta name="pypi:project-status" content=")", status,
                       R"("><meta name="pypi:project-status-reason" content=")", reason,
                       R"("><a href=")", file, R"(">)"));
}

TEST_CASE("merged pages: one file name once, the first place wins") {
  const PagePtr a = read_page(R"(<a href="https://a.example/foo_bar-1.0-py3-none-any.whl">)");
  const PagePtr b = read_page(
      R"(<a href="https://b.example/foo_bar-1.0-py3-none-any.whl"><a href="https://b.example/foo_bar-2.0-py3-none-any.whl">)");
  const PagePtr merged = merge_pages({a, missing_page("foo-bar"), b});
  CHECK_EQ(listing(*merged), "2.0:w 1.0:w");
  CHECK_EQ(all_files(*merged)[1].url, "https://a.example/foo_bar-1.0-py3-none-any.whl");
  CHECK_EQ(merged->project, "foo-bar");
  CHECK_EQ(merged->index_url, "https://index.example/simple/");
}

TEST_CASE("merged pages: nothing to merge") {
  CHECK_FALSE(merge_pages({})->found);
  const PagePtr missing = merge_pages({missing_page("x"), missing_page("x")});
  CHECK_FALSE(missing->found);
  CHECK_EQ(missing->project, "x");
  const PagePtr only = read_page(R"(<a href="foo_bar-1.0.zip">)");
  CHECK_EQ(merge_pages({missing_page("foo-bar"), only}), only);
}

TEST_CASE("merged pages: a file keeps all that its page says, whatever becomes of the page") {
  PagePtr a = read_page(R"(<a href="foo_bar-2.0.zip">)");
  PagePtr b = read_page(cat(
      R"({"files":[{"filename":"foo_bar-1.0-py3-none-any.whl","url":"foo_bar-1.0-py3-none-any.whl","hashes":{"sha256":")",
      kSha, R"(","md5":"00000000000000000000000000000000"},"requires-python":">=3.9","size":123,)",
      R"("upload-time":"2024-05-01T12:30:00Z","yanked":"bad","core-metadata":{"sha256":")", kSha,
      R"("}}]})"));
  const PagePtr merged = merge_pages({std::exchange(a, nullptr), std::exchange(b, nullptr)});
  REQUIRE_EQ(listing(*merged), "2.0:s 1.0:w");
  const File file = all_files(*merged)[1];
  CHECK_EQ(file.name, "foo_bar-1.0-py3-none-any.whl");
  CHECK_EQ(file.url, "https://index.example/simple/foo-bar/foo_bar-1.0-py3-none-any.whl");
  CHECK_EQ(file.sha256, kSha);
  CHECK_EQ(file.other_hash, "md5=00000000000000000000000000000000");
  check_all_is_told(file);
}

TEST_CASE("merged pages: the gravest word on the project counts") {
  const PagePtr plain = read_page(R"(<a href="foo_bar-1.0.zip">)");
  const PagePtr active = with_status("active", "", "foo_bar-2.0.zip");
  const PagePtr old = with_status("archived", "old", "foo_bar-3.0.zip");
  const PagePtr bad = with_status("quarantined", "malware", "foo_bar-4.0.zip");
  const auto word = [](const PagePtr& page) { return cat(page->status, ":", page->status_reason); };
  CHECK_EQ(word(merge_pages({plain, active})), ":");
  CHECK_EQ(word(merge_pages({active, old})), "archived:old");
  CHECK_EQ(word(merge_pages({old, plain})), "archived:old");
  CHECK_EQ(word(merge_pages({old, plain, bad})), "quarantined:malware");
  CHECK_EQ(word(merge_pages({bad, old})), "quarantined:malware");
}

}  // namespace
}  // namespace pipit::index
