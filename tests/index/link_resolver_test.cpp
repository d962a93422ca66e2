#include "index/link_resolver.h"

#include <vector>

#include "tests/index/pages.h"

namespace pipit::index {
namespace {

constexpr std::string_view kPage = "https://i.example/simple/demo/";

/// The URL a link leads to, "-" for one that is dropped.
std::string led_to(std::string_view page, std::string_view base, std::string_view href) {
  LinkResolver links(url_of(page));
  if (!base.empty()) links.set_base(base);
  const LinkResolver::Link* const link = links.resolve(href);
  return link ? link->url : "-";
}

TEST_CASE("link: relative to the page, or to its base") {
  struct Row {
    std::string_view page, base, href, url;
  };
  const std::vector<Row> rows = {
      {kPage, "", "a.whl", "https://i.example/simple/demo/a.whl"},
      {kPage, "", "../../files/a.whl", "https://i.example/files/a.whl"},
      {kPage, "", "/files/a.whl", "https://i.example/files/a.whl"},
      {kPage, "", "//cdn.example/a.whl", "https://cdn.example/a.whl"},
      {kPage, "", " \n a.whl\t", "https://i.example/simple/demo/a.whl"},
      {kPage, "", "a.whl?token=1", "https://i.example/simple/demo/a.whl?token=1"},
      {"https://i.example/simple/demo", "", "a.whl", "https://i.example/simple/a.whl"},
      {kPage, "https://cdn.example/x/", "a.whl", "https://cdn.example/x/a.whl"},
      {kPage, "../files/", "a.whl", "https://i.example/simple/files/a.whl"},
      {kPage, "http://[", "a.whl", "https://i.example/simple/demo/a.whl"},  // no URL: as without
      {"file:///srv/demo/index.html", "", "a.whl", "file:///srv/demo/a.whl"},
      {"file:///srv/demo/index.html", "", "https://i.example/a.whl", "https://i.example/a.whl"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.href);
    CHECK_EQ(led_to(row.page, row.base, row.href), row.url);
  }
}

TEST_CASE("link: what a page from the network may not lead to is dropped") {
  CHECK_EQ(led_to(kPage, "", "file:///etc/a.whl"), "-");
  CHECK_EQ(led_to("http://i.example/", "", "file:///etc/a.whl"), "-");
  CHECK_EQ(led_to(kPage, "file:///etc/", "a.whl"), "-");
  CHECK_EQ(led_to(kPage, "", "ftp://i.example/a.whl"), "-");
  CHECK_EQ(led_to("file:///srv/index.html", "", "ftp://i.example/a.whl"), "-");
  CHECK_EQ(led_to(kPage, "", "http://i.example/a.whl"), "-");
  CHECK_EQ(led_to("http://i.example/", "", "http://i.example/a.whl"), "http://i.example/a.whl");
  CHECK_EQ(led_to(kPage, "", " a b.whl "), "https://i.example/simple/demo/a%20b.whl");
  // A base that takes the links off TLS does not make that right.
  CHECK_EQ(led_to(kPage, "http://i.example/", "a.whl"), "-");
}

TEST_CASE("link: its file name is decoded once, its fragment stands apart, a login is left out") {
  LinkResolver links(url_of(kPage));
  const LinkResolver::Link* const link =
      links.resolve("https://u:p@i.example/f/a-1%2Bcpu%2541.whl#sha256=00&egg=a");
  REQUIRE(link);
  CHECK_EQ(link->file_name, "a-1+cpu%41.whl");
  CHECK_EQ(link->fragment, "sha256=00&egg=a");
  CHECK_EQ(link->url, "https://i.example/f/a-1%2Bcpu%2541.whl");
  CHECK_EQ(links.resolve("sub/")->file_name, "");
}

TEST_CASE("link: what was led to before changes nothing") {
  const std::vector<std::string_view> links = {"https://f.example/p/a-1.whl#sha256=00",
                                               "https://f.example/p/a-2.whl",
                                               "/p/b.whl#x?y",
                                               "https://f.example/p/../q/a.whl",
                                               "https://f.example/p/%2e/a.whl",
                                               "../../p/c.whl#s",
                                               "https://f.example/p/a b.whl",
                                               "https://f.example/a.whl?token=1",
                                               "../../../d.whl",
                                               "https://f.example",
                                               "https://f.example:443/p/a.whl",
                                               "../..//e.whl",
                                               "https://f.exampleevil/p/a.whl",
                                               "https://u:p@f.example/p/a.whl",
                                               "//f.example/p/a.whl",
                                               "https://F.EXAMPLE/p/a.whl",
                                               "http://f.example/p/a.whl",
                                               "/../p/b.whl",
                                               "p/b.whl",
                                               "https://f.example/p/\xc3\xa4.whl#\xc3\xa4",
                                               "https://f.example/p\\a.whl",
                                               "/p/%41-1.whl",
                                               "https://f.example/p/a-1%2Bcpu.whl",
                                               "https://f.example//p/a.whl",
                                               "https://f.example/#",
                                               "https://f.example/./a.whl",
                                               "https://f.example#x",
                                               "",
                                               "#x",
                                               "?x",
                                               "/",
                                               "..",
                                               "../"};
  for (const std::string_view page :
       {kPage, std::string_view("https://u:p@i.example:8443/s/demo/?q"),
        std::string_view("file:///srv/simple/demo/index.html")}) {
    for (const std::string_view first : links) {
      for (const std::string_view second : links) {
        CAPTURE(page);
        CAPTURE(first);
        CAPTURE(second);
        LinkResolver fresh(url_of(page)), used(url_of(page));
        (void)used.resolve(first);
        const LinkResolver::Link* const there = used.resolve(second);
        const LinkResolver::Link* const here = fresh.resolve(second);
        REQUIRE_EQ(there == nullptr, here == nullptr);
        if (!here) continue;
        CHECK_EQ(there->url, here->url);
        CHECK_EQ(there->file_name, here->file_name);
        CHECK_EQ(there->fragment, here->fragment);
      }
    }
  }
}

TEST_CASE("link: a new base counts for links like those before") {
  LinkResolver links(url_of(kPage));
  (void)links.resolve("/p/a.whl");
  links.set_base("https://cdn.example/");
  CHECK_EQ(links.resolve("/p/a.whl")->url, "https://cdn.example/p/a.whl");
}

}  // namespace
}  // namespace pipit::index
