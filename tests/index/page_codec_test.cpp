#include "index/page_codec.h"

#include "tests/index/pages.h"

namespace pipit::index {
namespace {

constexpr std::string_view kHeader = "pipit page 3\n";

/// A file with every field.
RawFile full_file() {
  RawFile file;
  file.name = "demo-1.0+cpu-py3-none-any.whl";
  file.url = "https://i.example/demo-1.0%2Bcpu-py3-none-any.whl";
  file.sha256 = kSha;
  file.other_hash = "md5=00";
  file.requires_python = ">=3.8";
  file.yanked_reason = "broken";
  file.sidecar_sha256 = kSha;
  file.stamp = "12-345";
  file.upload_time = 1714566600;
  file.size = 5'000'000'000;
  file.sidecar = Sidecar::hashed;
  file.yanked = true;
  return file;
}

RawFile bare_file(std::string name) {
  RawFile file;
  file.url = cat("https://i.example/", name);
  file.name = std::move(name);
  return file;
}

PageDraft demo_draft() {
  PageDraft draft{"demo", "https://i.example/", "archived", "old", {}};
  ReleaseDraft& old = draft.releases.emplace_back(*pep::Version::parse("1.0+cpu"));
  old.add(bare_file("demo-1.0+cpu.zip"), FileKind::sdist);
  old.add(full_file(), FileKind::wheel);
  draft.releases.emplace_back(*pep::Version::parse("10.0"))
      .add(bare_file("demo-10.0.zip"), FileKind::sdist);
  return draft;
}

Result<PagePtr> stored_as(std::string text) {
  return decode_page(base::SharedText(std::move(text)));
}

TEST_CASE("stored page: every field comes back") {
  const PagePtr page = read_back(encode_page(demo_draft()));
  CHECK_EQ(page->project, "demo");
  CHECK_EQ(page->index_url, "https://i.example/");
  CHECK_EQ(page->status, "archived");
  CHECK_EQ(page->status_reason, "old");
  CHECK(page->found);
  REQUIRE_EQ(listing(*page), "10.0:s 1.0+cpu:ws");
  const File wheel = all_files(*page)[1];
  const RawFile want = full_file();
  CHECK_EQ(wheel.name, want.name);  // escaped in the URL, so it is stored by itself
  CHECK_EQ(wheel.url, want.url);
  CHECK_EQ(wheel.index_url, "https://i.example/");
  CHECK_EQ(wheel.sha256, want.sha256);
  CHECK_EQ(wheel.other_hash, want.other_hash);
  CHECK_EQ(wheel.requires_python, want.requires_python);
  CHECK_EQ(wheel.yanked_reason, want.yanked_reason);
  CHECK_EQ(wheel.sidecar_sha256, want.sidecar_sha256);
  CHECK_EQ(wheel.stamp, want.stamp);
  CHECK_EQ(wheel.upload_time, want.upload_time);
  CHECK_EQ(wheel.size, want.size);
  CHECK(wheel.sidecar == Sidecar::hashed);
  CHECK(wheel.yanked);
  const File sdist = all_files(*page)[0];
  CHECK_EQ(sdist.name, "demo-10.0.zip");
  CHECK_EQ(sdist.url, "https://i.example/demo-10.0.zip");
  CHECK_EQ(sdist.sha256, "");
  CHECK_EQ(sdist.size, 0);
  CHECK(sdist.sidecar == Sidecar::none);
  CHECK_FALSE(sdist.yanked);
}

TEST_CASE("stored page: a sidecar without a hash stays announced") {
  PageDraft draft{"demo", "", "", "", {}};
  RawFile file = bare_file("demo-1-py3-none-any.whl");
  file.sidecar = Sidecar::announced;
  draft.releases.emplace_back(*pep::Version::parse("1")).add(file, FileKind::wheel);
  CHECK(all_files(*read_back(encode_page(draft))).at(0).sidecar == Sidecar::announced);
}

TEST_CASE("stored page: a page without files is one") {
  const PagePtr page = read_back(encode_page(PageDraft{"demo", "", "", "", {}}));
  CHECK(page->found);
  CHECK(page->releases.empty());
}

TEST_CASE("stored page: it is known by its first line, another version is not read") {
  const std::string stored = encode_page(demo_draft());
  CHECK(is_stored_page(stored));
  CHECK_FALSE(is_stored_page("pipit page 1\nrest"));
  CHECK_FALSE(is_stored_page(kHeader.substr(0, 5)));
  CHECK_FALSE(is_stored_page(""));
  const auto other = stored_as("pipit page 1\n");
  REQUIRE_FALSE(other);
  CHECK_EQ(other.error().code, Code::parse);
  CHECK_EQ(other.error().message, "stored page: not of this version");
}

TEST_CASE("stored page: torn anywhere it is an error, never a wrong page or a crash") {
  const std::string stored = encode_page(demo_draft());
  for (std::size_t length = 0; length < stored.size(); ++length)
    CHECK_FALSE(stored_as(stored.substr(0, length)));
  CHECK_FALSE(stored_as(stored + "x"));
  CHECK_EQ(stored_as(stored.substr(0, stored.size() - 1)).error().message,
           "stored page of demo: torn");
}

TEST_CASE("stored page: numbers that promise more than there is are damage") {
  const std::string empty_texts("\1x\0\0\0\0", 6);  // project "x"; no index, status, reason, flags
  const std::string endless(11, '\x80');          // a number that never ends
  struct Row {
    const char* what;
    std::string rest;
  };
  const Row rows[] = {
      {"a text longer than the page", "\x7fx"},
      {"a text whose length has no end", endless},
      {"more releases than bytes", empty_texts + "\x7f"},
      {"a count of releases without end", empty_texts + endless},
      {"a release that is longer than the page", empty_texts + "\1\x7f" + "1"},
      {"releases that are shorter than the page", empty_texts + std::string("\1\3\1"
                                                                            "1\0x",
                                                                            6)},
  };
  for (const Row& row : rows) {
    CAPTURE(row.what);
    CHECK_FALSE(stored_as(cat(kHeader, row.rest)));
  }
}

TEST_CASE("stored page: a release that is damaged within has no files") {
  const std::string head = cat(kHeader, std::string("\1x\0\0\0\0\1", 7));
  for (const std::string& record :
       {std::string("\x7f"), std::string("\1?\0", 3), std::string("\0011\x7f", 3),
        std::string("\0011\1\0\x7f", 5), std::string()}) {
    const auto page = stored_as(cat(head, static_cast<char>(record.size()), record));
    REQUIRE(page);
    REQUIRE_EQ((*page)->releases.size(), 1);
    CHECK((*page)->releases[0].files.empty());
  }
}

TEST_CASE("stored page: it says whether a release has a local version") {
  PageDraft draft = demo_draft();
  CHECK(read_back(encode_page(draft))->has_local_versions);
  draft.releases.erase(draft.releases.begin());
  CHECK_FALSE(read_back(encode_page(draft))->has_local_versions);
}

TEST_CASE("stored page: any byte changed crashes nobody") {
  const std::string stored = encode_page(demo_draft());
  for (std::size_t at = 0; at < stored.size(); ++at)
    for (const int bit : {1, 4, 64, 128}) {
      std::string changed = stored;
      changed[at] = static_cast<char>(changed[at] ^ bit);
      if (const auto page = stored_as(changed)) (void)listing(**page);
    }
}

TEST_CASE("stored page: a name longer than its URL is no name") {
  PageDraft draft{"demo", "", "", "", {}};
  draft.releases.emplace_back(*pep::Version::parse("1"))
      .add(bare_file("demo-1.zip"), FileKind::sdist);
  std::string stored = encode_page(draft);
  const std::size_t at = stored.find("demo-1.zip") + 10;  // the length of the name
  REQUIRE_EQ(stored[at], 10);
  stored[at] = 100;
  CHECK_EQ(all_files(*read_back(stored)).at(0).name, "");
}

}  // namespace
}  // namespace pipit::index
