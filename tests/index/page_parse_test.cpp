#include "index/page_parse.h"

#include "tests/index/pages.h"

namespace pipit::index {
namespace {

TEST_CASE("page: HTML and JSON are told apart by what they hold") {
  const std::string_view json = R"({"files":[{"filename":"foo_bar-1.0.zip","url":"x.zip"}]})";
  CHECK_EQ(listing(*read_page(json)), "1.0:s");
  CHECK_EQ(listing(*read_page(cat(" \r\n\t", json))), "1.0:s");
  CHECK_EQ(listing(*read_page(cat("\xef\xbb\xbf", json))), "1.0:s");
  CHECK_EQ(listing(*read_page(R"(<a href="foo_bar-1.0.zip">)")), "1.0:s");
  CHECK_EQ(listing(*read_page("\xef\xbb\xbf<a href=\"foo_bar-1.0.zip\">")), "1.0:s");
  CHECK_EQ(listing(*read_page(R"(text { <a href="foo_bar-1.0.zip">)")), "1.0:s");
  CHECK(read_page("")->found);
}

TEST_CASE("page: both kinds give the status, and are refused in a later version") {
  CHECK_EQ(read_page(R"({"files":[],"project-status":{"status":"archived","reason":"old"}})")
               ->status_reason,
           "old");
  const PagePtr html = read_page(R"(<meta name="pypi:project-status" content="archived">
                                    <meta name="pypi:project-status-reason" content="old">)");
  CHECK_EQ(html->status, "archived");
  CHECK_EQ(html->status_reason, "old");
  const PageSource source{"a", "", url_of("https://index.example/simple/a/")};
  for (const char* body : {R"({"meta":{"api-version":"2.0"}})",
                           R"(<meta name="pypi:repository-version" content="2.0">)"}) {
    CAPTURE(body);
    const auto page = parse_page(body, source);
    REQUIRE_FALSE(page);
    CHECK_EQ(page.error().code, Code::unsupported);
  }
  CHECK_EQ(parse_page(R"({"files":[)", source).error().code, Code::bad_index);
}

TEST_CASE("page: what arrives in pieces gives what the whole would") {
  const PageSource source{"foo-bar", "", url_of("https://index.example/simple/foo-bar/")};
  const auto answer = [&](std::string_view body, const char* type = "application/json") {
    net::Response response;
    response.status = 200;
    response.headers = {{"content-type", type}};
    response.body = body;
    response.length = body.size();
    response.from.place = "https://index.example/simple/foo-bar/";
    return response;
  };
  const auto shown = [](const Result<std::string>& page) {
    return page ? *page : page.error().message;
  };
  for (const std::string_view body :
       {R"({"files":[{"filename":"foo_bar-1.0.zip","url":"x.zip"}],"meta":{"api-version":"1.1"}})",
        "\xef\xbb\xbf {\"files\":[]}", R"({"files":[{"filename":"foo_b)", R"({"fi)", "{}", "{}x",
        R"({"meta":{"api-version":"2.0"},"files":[]})"}) {
    CAPTURE(body);
    for (const std::size_t piece : {1, 5, 1000}) {
      // the beginning is longer than any mark at the front
      const auto stream = stream_page(answer(body), source);
      REQUIRE(stream);
      stream->feed(body.substr(0, 4));
      for (std::size_t at = 4; at < body.size(); at += piece) stream->feed(body.substr(at, piece));
      CHECK_EQ(shown(stream->finish(answer(body))), shown(read_page(answer(body), source)));
    }
  }
  for (const char* other : {"<a href='x'>", "PK\x03\x04", ""})
    CHECK_FALSE(stream_page(answer(other, "text/html"), source));
  CHECK_FALSE(stream_page(answer("{}", "image/png"), source));
}

TEST_CASE("links: every file of a page, whatever its project") {
  const base::Url url = url_of("https://files.example/list.html");
  const auto files = parse_links(R"(<a href="a-1.0.zip#md5=00000000000000000000000000000000">
                                    <a href="d/b-2.0-py3-none-any.whl"><a href="readme.txt">)",
                                 url);
  REQUIRE(files);
  REQUIRE_EQ(files->size(), 3);
  CHECK_EQ((*files)[0].name, "a-1.0.zip");
  CHECK_EQ((*files)[0].other_hash, "md5=00000000000000000000000000000000");
  CHECK_EQ((*files)[1].url, "https://files.example/d/b-2.0-py3-none-any.whl");
  const auto refused = parse_links(R"(<meta name="pypi:repository-version" content="2.0">)", url);
  REQUIRE_FALSE(refused);
  CHECK_EQ(refused.error().code, Code::unsupported);
}

}  // namespace
}  // namespace pipit::index
