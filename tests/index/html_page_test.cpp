#include "index/html_page.h"

#include <utility>
#include <vector>

#include "tests/index/pages.h"

namespace pipit::index {
namespace {

TEST_CASE("html page: files are grouped by version, newest first, wheels before sdists") {
  const PagePtr page = read_page(R"(<!DOCTYPE html><html><body>
    <a href="foo_bar-1.0.tar.gz">foo_bar-1.0.tar.gz</a><br/>
    <a href="foo_bar-1.10-py3-none-any.whl">x</a>
    <a href="foo_bar-1.9-py3-none-any.whl">x</a>
    <a href="Foo.Bar-1.0-py3-none-any.whl">x</a></body></html>)");
  CHECK_EQ(listing(*page), "1.10:w 1.9:w 1.0:ws");
  CHECK_EQ(all_files(*page)[0].url,
           "https://index.example/simple/foo-bar/foo_bar-1.10-py3-none-any.whl");
}

TEST_CASE("html page: attributes, entities, hashes") {
  const PagePtr page = read_page(cat(
      R"(<a href="../../f/foo_bar-1.0-py3-none-any.whl#sha256=)", kSha,
      R"(" data-requires-python="&gt;=3.8,&lt;4" data-yanked="broken &amp; bad" data-core-metadata="sha256=)",
      kSha, R"(">x</a>)"));
  const File file = all_files(*page).at(0);
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
    CHECK(all_files(*page)[1].yanked);
    CHECK_FALSE(all_files(*page)[0].yanked);
  }
  SUBCASE("base href: the first one counts") {
    const PagePtr page = read_page(
        R"(<base href="https://files.example/x/"><base href="https://other.example/">
           <a href="foo_bar-1.0-py3-none-any.whl">)");
    CHECK_EQ(urls_of(*page), "https://files.example/x/foo_bar-1.0-py3-none-any.whl");
  }
  SUBCASE("a base without href") {
    const PagePtr page = read_page(R"(<base target="_blank"><a href="foo_bar-1.0.zip">)");
    CHECK_EQ(urls_of(*page), "https://index.example/simple/foo-bar/foo_bar-1.0.zip");
  }
  SUBCASE("a page that was redirected: links are seen from where it was found") {
    const PagePtr page = read_page(R"(<a href="foo_bar-1.0.zip">)", "https://mirror.example/foo/");
    CHECK_EQ(urls_of(*page), "https://mirror.example/foo/foo_bar-1.0.zip");
    CHECK_EQ(page->index_url, "https://index.example/simple/");
  }
  SUBCASE("comments and scripts are not read") {
    const PagePtr page = read_page(
        R"(<!-- <a href="foo_bar-9-py3-none-any.whl"> --><script>"<a href='foo_bar-8-py3-none-any.whl'>"</script><a href="foo_bar-1.0.zip">)");
    CHECK_EQ(listing(*page), "1.0:s");
  }
  SUBCASE("sidecar true under the old name, percent-encoded plus sign") {
    const PagePtr page = read_page(
        R"(<a href="foo_bar-1.0%2Bcpu-py3-none-any.whl" data-dist-info-metadata="true">)");
    CHECK_EQ(all_files(*page).at(0).name, "foo_bar-1.0+cpu-py3-none-any.whl");
    CHECK(all_files(*page).at(0).sidecar == Sidecar::announced);
    CHECK_EQ(page->releases.version(0).str(), "1.0+cpu");
  }
  SUBCASE("both names of the sidecar: the newer one rules (PEP 714)") {
    const PagePtr page =
        read_page(cat(R"(<a href="foo_bar-1.0-py3-none-any.whl" data-dist-info-metadata="sha256=)",
                      kSha, R"(" data-core-metadata="false">)"));
    CHECK(all_files(*page).at(0).sidecar == Sidecar::none);
  }
  SUBCASE("other projects, eggs, signatures and anchors that lead nowhere are dropped") {
    const PagePtr page = read_page(
        R"(<a href="foo-1.0-py3-none-any.whl"><a href="foo_bar-1.0-py2.7.egg"><a href="foo_bar-1.0.tar.gz.asc"><a href="foo_bar-nonsense.tar.gz"><a name="foo_bar-1.0.zip"><a href="..">)");
    CHECK(page->found);
    CHECK(page->releases.empty());
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
  SUBCASE("a page that ends in the middle of a link") {
    CHECK_EQ(listing(*read_page(R"(<a href="foo_bar-1.0.zip">x</a><a href="foo_bar-2)")), "1.0:s");
  }
}

TEST_CASE("html page: links never lead to local files, nor from https to http") {
  CHECK(read_page(R"(<a href="file:///etc/foo_bar-1.0-py3-none-any.whl">)")->releases.empty());
  CHECK(read_page(R"(<a href="http://index.example/foo_bar-1.0-py3-none-any.whl">)")
            ->releases.empty());
  CHECK_EQ(
      urls_of(*read_page(R"(<a href="https://u:p@index.example/foo_bar-1.0-py3-none-any.whl">)")),
      "https://index.example/foo_bar-1.0-py3-none-any.whl");
}

TEST_CASE("html page: its meta tags tell the version of the interface and the project's status") {
  const PageSource source{"a", "", url_of("https://u:secret@index.example/simple/a/")};
  const auto said = [&source](std::string_view body) -> std::string {
    const auto status = parse_html_page(body, source, [](RawFile) {});
    if (!status) {
      CHECK_EQ(status.error().code, Code::unsupported);
      return status.error().message;
    }
    return cat(status->status, ":", status->reason);
  };
  const auto meta = [](std::string_view name, std::string_view content) {
    return cat("<meta name=\"", name, "\" content=\"", content, "\">");
  };
  CHECK_EQ(said(""), ":");
  CHECK_EQ(said(cat(meta("pypi:project-status", "archived"),
                    meta("pypi:project-status-reason", "see b"))),
           "archived:see b");
  CHECK_EQ(said("<meta charset=utf-8><meta name=\"pypi:project-status\">"), ":");
  CHECK_EQ(said(meta("pypi:repository-version", "1.0")), ":");
  CHECK_EQ(said(meta("pypi:repository-version", "1.99")), ":");
  CHECK_EQ(said(meta("generator", "2.0")), ":");
  CHECK_EQ(said(meta("pypi:repository-version", "2.0")),
           "https://index.example/simple/a/: index API version 2.0 is not supported");
  CHECK_EQ(said(meta("pypi:repository-version", "new")),
           "https://index.example/simple/a/: index API version new is not supported");
  // A later tag of the same page does not take it back.
  CHECK_EQ(said(cat(meta("pypi:repository-version", "2.0"), meta("pypi:repository-version", "1"))),
           "https://index.example/simple/a/: index API version 2.0 is not supported");
}

}  // namespace
}  // namespace pipit::index
