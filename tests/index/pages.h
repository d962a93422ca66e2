// Pages as tests write and read them.
#pragma once
#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/text.h"
#include "index/page_codec.h"
#include "index/page_parse.h"

namespace pipit::index {

inline constexpr std::string_view kSha =
    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

inline base::Url url_of(std::string_view text) { return *base::parse_url(text); }

inline PagePtr read_back(std::string stored) {
  auto page = decode_page(base::SharedText(std::move(stored)));
  REQUIRE_MESSAGE(page, page.error().message);
  return *page;
}

/// What a server's answer for foo-bar says.
inline PagePtr read_page(std::string_view body,
                         std::string_view url = "https://index.example/simple/foo-bar/",
                         std::string project = "foo-bar") {
  auto stored = parse_page(
      body, PageSource{std::move(project), "https://index.example/simple/", url_of(url)});
  REQUIRE_MESSAGE(stored, stored.error().message);
  return read_back(std::move(*stored));
}

/// Of all releases, one after another.
inline std::vector<File> all_files(const Page& page) {
  std::vector<File> all;
  for (const Release& release : page.releases)
    all.insert(all.end(), release.files.begin(), release.files.end());
  return all;
}

/// "2.0:w 1.0:ws": releases with their wheels and sdists.
inline std::string listing(const Page& page) {
  std::string out;
  for (const Release& release : page.releases) {
    out += cat(out.empty() ? "" : " ", release.version.str(), ":");
    for (const File& file : release.files) out += file.kind == FileKind::wheel ? "w" : "s";
  }
  return out;
}

inline std::string urls_of(const Page& page) {
  std::string out;
  for (const File& file : all_files(page)) out += cat(out.empty() ? "" : " ", file.url);
  return out;
}

/// What a page may say of a file besides its name, place and hash, as the samples say it.
inline void check_all_is_told(const File& file) {
  CHECK_EQ(file.requires_python, ">=3.9");
  CHECK_EQ(file.size, 123);
  CHECK_EQ(file.upload_time, 1714566600);
  CHECK(file.yanked);
  CHECK_EQ(file.yanked_reason, "bad");
  CHECK(file.sidecar == Sidecar::hashed);
  CHECK_EQ(file.sidecar_sha256, kSha);
}

}  // namespace pipit::index
