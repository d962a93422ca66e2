#include "index/page_parse.h"
#include "index/merge_pages.h"
#include "index/page_codec.h"

#include <doctest/doctest.h>

#include "base/text.h"

namespace pipit::index {
namespace {

base::Url page_at(std::string_view text) { return *base::parse_url(text); }

PagePtr read_page(std::string_view body,
                  std::string_view url = "https://index.example/simple/foo-bar/",
                  std::string project = "foo-bar") {
  auto stored = parse_page(
      body, PageSource{std::move(project), "https://index.example/simple/", page_at(url)});
  REQUIRE_MESSAGE(stored, stored.error().message);
  auto page = decode_page(std::make_shared<const std::string>(std::move(*stored)));
  REQUIRE(page);
  return *page;
}

std::string listing(const Page& page) {
  std::string out;
  for (const Release& release : page.releases) {
    out += cat(out.empty() ? "" : " ", release.version.str(), ":");
    for (std::size_t i = release.first; i < release.first + release.count; ++i)
      out += page.files[i].kind == FileKind::wheel ? "w" : "s";
  }
  return out;
}

constexpr std::string_view kSha =
    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

TEST_CASE("html page: files are grouped by version, newest first, wheels before sdists") {
  const PagePtr page = read_page(R"(<!DOCTYPE html><html><body>
    <a href="foo_bar-1.0.tar.gz">foo_bar-1.0.tar.gz</a><br/>
    <a href="foo_bar-1.10-py3-none-any.whl">x</a>
    <a href="foo_bar-1.9-py3-none-any.whl">x</a>
    <a href="Foo.Bar-1.0-py3-none-any.whl">x</a></body></html>)");
  CHECK_EQ(listing(*page), "1.10:w 1.9:w 1.0:ws");
  CHECK_EQ(page->files[0].url,
           "https://index.example/simple/foo-bar/foo_bar-1.10-py3-none-any.whl");
}

TEST_CASE("html page: attributes, entities, hashes") {
  const PagePtr page = read_page(cat(
      R"(<a href="../../f/foo_bar-1.0-py3-none-any.whl#sha256=)", kSha,
      R"(" data-requires-python="&gt;=3.8,&lt;4" data-yanked="broken &amp; bad" data-core-metadata="sha256=)",
      kSha, R"(">x</a>)"));
  const File& file = page->files.at(0);
  CHECK_EQ(file.url, "https://index.example/f/foo_bar-1.0-py3-none-any.whl");
  CHECK_EQ(file.sha256, kSha);
  CHECK_EQ(file.requires_python, ">=3.8,<4");
  CHECK(file.yanked);
  CHECK_EQ(file.yanked_reason, "broken & bad");
  CHECK(file.sidecar == Sidecar::hashed);
  CHECK_EQ(file.sidecar_sha256, kSha);
}

TEST_CASE("html page: oddities that servers produce") {
  SUBCASE("single quotes, no quotes, upper case, attributes over lines") {
    const PagePtr page = read_page(
        "<A\n HREF='foo_bar-1.0-py3-none-any.whl'\n data-yanked>x</A><a "
        "href=foo_bar-2.0-py3-none-any.whl>y</a>");
    CHECK_EQ(listing(*page), "2.0:w 1.0:w");
    CHECK(page->files[1].yanked);
  }
  SUBCASE("base href") {
    const PagePtr page = read_page(
        R"(<base href="https://files.example/x/"><a href="foo_bar-1.0-py3-none-any.whl">)");
    CHECK_EQ(page->files.at(0).url, "https://files.example/x/foo_bar-1.0-py3-none-any.whl");
  }
  SUBCASE("comments and scripts are not read") {
    const PagePtr page = read_page(
        R"(<!-- <a href="foo_bar-9-py3-none-any.whl"> --><script>"<a href='foo_bar-8-py3-none-any.whl'>"</script><a href="foo_bar-1.0.zip">)");
    CHECK_EQ(listing(*page), "1.0:s");
  }
  SUBCASE("sidecar true under the old name, percent-encoded plus sign") {
    const PagePtr page = read_page(
        R"(<a href="foo_bar-1.0%2Bcpu-py3-none-any.whl" data-dist-info-metadata="true">)");
    CHECK_EQ(page->files.at(0).name, "foo_bar-1.0+cpu-py3-none-any.whl");
    CHECK(page->files.at(0).sidecar == Sidecar::announced);
    CHECK_EQ(page->releases.at(0).version.str(), "1.0+cpu");
  }
  SUBCASE("other projects, eggs and signatures are dropped") {
    const PagePtr page = read_page(
        R"(<a href="foo-1.0-py3-none-any.whl"><a href="foo_bar-1.0-py2.7.egg"><a href="foo_bar-1.0.tar.gz.asc"><a href="foo_bar-nonsense.tar.gz">)");
    CHECK(page->found);
    CHECK(page->files.empty());
  }
  SUBCASE("a sdist of a name with dashes") {
    const PagePtr page = read_page(R"(<a href="foo-bar-1.0-1.tar.gz">)");
    CHECK_EQ(listing(*page), "1.0.post1:s");
  }
  SUBCASE("1.0 and 1.0.0 are one release") {
    CHECK_EQ(listing(*read_page(
                 R"(<a href="foo_bar-1.0.0.zip"><a href="foo_bar-1.0-py3-none-any.whl">)")),
             "1.0.0:ws");
  }
}

TEST_CASE("links: the network never leads to local files, https never to http") {
  CHECK(read_page(R"(<a href="file:///etc/foo_bar-1.0-py3-none-any.whl">)")->files.empty());
  CHECK(
      read_page(R"(<a href="http://index.example/foo_bar-1.0-py3-none-any.whl">)")->files.empty());
  CHECK_EQ(read_page(R"(<a href="https://u:p@index.example/foo_bar-1.0-py3-none-any.whl">)")
               ->files.at(0)
               .url,
           "https://index.example/foo_bar-1.0-py3-none-any.whl");
}

TEST_CASE("json page: every field of PEP 691, 592, 658, 700, 714 and 792") {
  const PagePtr page = read_page(cat(
      R"({"meta":{"api-version":"1.4"},"name":"foo-bar","versions":["1.0"],"project-status":{"status":"archived","reason":"old"},
    "files":[{"filename":"foo_bar-1.0-py3-none-any.whl","url":"https://files.example/foo_bar-1.0-py3-none-any.whl","hashes":{"md5":"00000000000000000000000000000000","sha256":")",
      kSha,
      R"("},"requires-python":">=3.9","size":123,"upload-time":"2024-05-01T12:30:00.123456Z","yanked":"bad",
    "core-metadata":{"sha256":")",
      kSha, R"("},"dist-info-metadata":true,"provenance":null},
    {"filename":"foo_bar-0.9.tar.gz","url":"../../foo_bar-0.9.tar.gz","hashes":{},"yanked":false,"requires-python":null}]})"));
  CHECK_EQ(listing(*page), "1.0:w 0.9:s");
  const File& file = page->files[0];
  CHECK_EQ(file.sha256, kSha);
  CHECK_EQ(file.requires_python, ">=3.9");
  CHECK_EQ(file.size, 123);
  CHECK_EQ(file.upload_time, 1714566600);
  CHECK(file.yanked);
  CHECK_EQ(file.yanked_reason, "bad");
  CHECK(file.sidecar == Sidecar::hashed);
  CHECK_EQ(page->files[1].url, "https://index.example/foo_bar-0.9.tar.gz");
  CHECK_FALSE(page->files[1].yanked);
  CHECK(page->files[1].sha256.empty());
  CHECK_EQ(page->status, "archived");
  CHECK_EQ(page->status_reason, "old");
}

TEST_CASE("pages of a later major version are refused, of a later minor one read") {
  const PageSource source{"a", "", page_at("https://index.example/simple/a/")};
  CHECK_EQ(parse_page(R"({"meta":{"api-version":"2.0"},"files":[]})", source).error().code,
           Code::bad_index);
  CHECK(parse_page(R"({"meta":{"api-version":"1.99"},"files":[]})", source));
  CHECK_EQ(
      parse_page(R"(<meta name="pypi:repository-version" content="2.0">)", source).error().code,
      Code::bad_index);
  CHECK_EQ(parse_page(R"({"files":[)", source).error().code, Code::bad_index);
}

TEST_CASE("stored page: torn anywhere it is an error, never a wrong page or a crash") {
  auto stored =
      parse_page(cat(R"(<a href="foo_bar-1.0-py3-none-any.whl#sha256=)", kSha, R"(">x</a>)"),
                 PageSource{"foo-bar", "", page_at("https://index.example/simple/foo-bar/")});
  REQUIRE(stored);
  for (std::size_t length = 0; length < stored->size(); ++length)
    CHECK_FALSE(decode_page(std::make_shared<const std::string>(stored->substr(0, length))));
}

TEST_CASE("merged pages: one file name once, the first place wins") {
  const PagePtr a = read_page(R"(<a href="https://a.example/foo_bar-1.0-py3-none-any.whl">)");
  const PagePtr b = read_page(
      R"(<a href="https://b.example/foo_bar-1.0-py3-none-any.whl"><a href="https://b.example/foo_bar-2.0-py3-none-any.whl">)");
  const PagePtr merged = merge_pages({a, missing_page("foo-bar"), b});
  CHECK_EQ(listing(*merged), "2.0:w 1.0:w");
  CHECK_EQ(merged->files[1].url, "https://a.example/foo_bar-1.0-py3-none-any.whl");
  CHECK_FALSE(merge_pages({missing_page("x"), missing_page("x")})->found);
}

}  // namespace
}  // namespace pipit::index
