#include "index/find_links.h"

#include "tests/index/shop.h"

namespace pipit::index {
namespace {

/// The files of a project at a place, by URL; "missing" for none, or the error.
std::string linked(Shop& shop, const std::string& place, const std::string& project = "demo") {
  ShopRun run(shop);
  const auto links = read_links(place, run.client, {});
  if (!links) return links.error().message;
  const PagePtr page = links->page(project, place);
  return page->found ? urls_of(*page) : "missing";
}

TEST_CASE("linked files: a name that could be of two projects stands under both") {
  LinkedFiles files;
  CHECK(files.empty());
  for (const char* name : {"a-1-2.tar.gz", "a-b-1.0.zip", "A.B-2.0-py3-none-any.whl",
                           "a-latest.zip", "no-dist.txt", "broken.whl"}) {
    RawFile file;
    file.name = name;
    file.url = cat("https://i.example/", name);
    files.add(std::move(file));
  }
  CHECK_FALSE(files.empty());
  CHECK_EQ(listing(*files.page("a", "here")), "1.post2:s");
  CHECK_EQ(listing(*files.page("a-1", "here")), "2:s");
  const PagePtr page = files.page("a-b", "here");
  CHECK_EQ(listing(*page), "2.0:w 1.0:s");
  CHECK_EQ(page->index_url, "here");
  CHECK_FALSE(files.page("no", "here")->found);
  CHECK_EQ(files.page("no", "here")->project, "no");
}

TEST_CASE("local file: where it is, and a stamp that changes with it") {
  const Shop shop;
  const std::string path = shop.write("my files/demo-1.0.zip", "old");
  const auto file = local_file(path);
  REQUIRE(file);
  CHECK_EQ(file->name, "demo-1.0.zip");
  CHECK_EQ(file->url, cat("file://", shop.sandbox.path("my%20files/demo-1.0.zip")));
  CHECK_EQ(file->size, 3);
  CHECK_EQ(local_file(path)->stamp, file->stamp);
  shop.write("my files/demo-1.0.zip", "newer");
  CHECK_NE(local_file(path)->stamp, file->stamp);
  const auto none = local_file(path + ".x");
  REQUIRE_FALSE(none);
  CHECK_EQ(none.error().code, Code::not_found);
  CHECK_EQ(none.error().message, cat(path, ".x: no such file"));
}

TEST_CASE("find-links: folders, files and pages on disk") {
  Shop shop;
  const std::string wheel = shop.write("house/demo-1.0-py3-none-any.whl", "w");
  shop.write("house/demo-0.9.tar.gz", "s");
  shop.write("house/demo-0.8.txt", "t");
  shop.write("house/sub/demo-3.0.zip", "not below");
  const std::string house = base::path_to_file_url(shop.sandbox.path("house"));
  const std::string both = cat(house, "/demo-1.0-py3-none-any.whl ", house, "/demo-0.9.tar.gz");
  CHECK_EQ(linked(shop, shop.sandbox.path("house")), both);
  CHECK_EQ(linked(shop, house), both);
  CHECK_EQ(linked(shop, cat(house, "/")), both);
  CHECK_EQ(linked(shop, shop.sandbox.path("house"), "other"), "missing");
  CHECK_EQ(linked(shop, wheel), cat(house, "/demo-1.0-py3-none-any.whl"));

  const std::string page = shop.write(
      "list.html", R"(<a href="house/demo-2.0.zip"><a href="https://i.example/demo-3.0.zip">)");
  CHECK_EQ(linked(shop, page), cat("https://i.example/demo-3.0.zip ", house, "/demo-2.0.zip"));
  CHECK_EQ(linked(shop, base::path_to_file_url(page)), linked(shop, page));
  CHECK_EQ(shop.requests(), "");
}

TEST_CASE("find-links: a place that is not there is a typing mistake") {
  Shop shop;
  ShopRun run(shop);
  const std::string path = shop.sandbox.path("gone");
  for (const std::string& place : {path, base::path_to_file_url(path), cat(path, "/x.whl")}) {
    const auto links = read_links(place, run.client, {});
    REQUIRE_FALSE(links);
    CHECK_EQ(links.error().code, Code::not_found);
  }
  CHECK_EQ(linked(shop, path), cat("--find-links ", path, ": no such file or directory"));
  CHECK_EQ(linked(shop, "./none-here"), "--find-links ./none-here: no such file or directory");
  const auto other = read_links("ftp://u:secret@i.example/", run.client, {});
  REQUIRE_FALSE(other);
  CHECK_EQ(other.error().code, Code::usage);
  CHECK_EQ(other.error().message,
           "--find-links ftp://i.example/: not a folder, a file or an http(s) URL");
}

TEST_CASE("find-links: a page of the network, links seen from where it was found") {
  Shop shop;
  shop.put("https://i.example/list", R"(<a href="demo-1.0.zip"><a href="other-1.0.zip">)");
  CHECK_EQ(linked(shop, "https://i.example/list"), "https://i.example/demo-1.0.zip");
  REQUIRE_EQ(shop.asked.size(), 1);
  CHECK_EQ(net::find_header(shop.asked[0].headers, "accept"), "text/html");
  shop.replies["https://i.example/old"] = {302, {{"location", "https://cdn.example/new/"}}, "", {}};
  shop.put("https://cdn.example/new/", R"(<a href="demo-2.0.zip">)");
  CHECK_EQ(linked(shop, "https://i.example/old"), "https://cdn.example/new/demo-2.0.zip");
}

TEST_CASE("find-links: what is no page, or cannot be had, is an error of an index") {
  Shop shop;
  CHECK_EQ(linked(shop, "https://u:secret@i.example/gone"),
           "--find-links: https://i.example/gone answered 404 (not found)");
  shop.put("https://i.example/text", "x", {{"content-type", "text/plain"}});
  CHECK_EQ(linked(shop, "https://i.example/text"),
           "--find-links: https://i.example/text sent 1 B of text/plain, which is no index page");
  shop.put("https://i.example/x.zip", "PK\x03\x04", {{"content-type", "text/html"}});
  CHECK_EQ(linked(shop, "https://i.example/x.zip"),
           "--find-links: https://i.example/x.zip sent 4 B of text/html, a zip archive: no index "
           "page");
  shop.put("https://i.example/empty", "<p>nothing yet</p>");
  CHECK_EQ(linked(shop, "https://i.example/empty"), "missing");
  shop.replies["https://i.example/in"] = {302, {{"location", "/empty"}}, "", {}};
  CHECK_EQ(linked(shop, "https://i.example/in"),
           "--find-links: https://i.example/empty (redirected from https://i.example/in) sent 18 B "
           "of text/html without a link");
  shop.replies["https://i.example/list"] = net::refused();
  CHECK(linked(shop, "https://i.example/list").find("connection refused") != std::string::npos);
}

TEST_CASE("local index: a directory tree is read as a web server would answer") {
  const Shop shop;
  const base::Url root = url_of(base::path_to_file_url(shop.sandbox.path("simple")));
  const std::string at = base::to_string(root);
  const auto read = [&root](const std::string& project) -> std::string {
    const auto page = read_local_page(root, project);
    if (!page) return page.error().message;
    return (*page)->found ? urls_of(**page) : "missing";
  };
  CHECK_EQ(read("demo"), cat("index ", shop.sandbox.path("simple"), ": no such directory"));
  shop.write("simple/demo/demo-1.0.zip", "");
  CHECK_EQ(read("demo"), cat(at, "/demo/demo-1.0.zip"));
  CHECK_EQ(read("other"), "missing");
  shop.write("simple/demo/index.json",
             R"({"files":[{"filename":"demo-2.0.zip","url":"../f/demo-2.0.zip"}]})");
  CHECK_EQ(read("demo"), cat(at, "/f/demo-2.0.zip"));
  shop.write("simple/demo/index.html", R"(<a href="https://i.example/demo-3.0.zip">)");
  CHECK_EQ(read("demo"), "https://i.example/demo-3.0.zip");
  CHECK_EQ((*read_local_page(root, "demo"))->index_url, at);
  shop.write("simple/bad/index.json", "{");
  const auto bad = read_local_page(root, "bad");
  REQUIRE_FALSE(bad);
  CHECK_EQ(bad.error().code, Code::bad_index);
}

}  // namespace
}  // namespace pipit::index
