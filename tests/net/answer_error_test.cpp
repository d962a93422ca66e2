#include "net/answer_error.h"

#include <doctest/doctest.h>

#include <string>

namespace pipit::net {
namespace {

std::string place_text(std::string_view asked, std::string_view answered) {
  return shown_place(*base::parse_url(asked), *base::parse_url(answered));
}

std::string status_text(int status, std::vector<Header> headers = {}, Login login = Login::none) {
  return status_error({"page a", "https://i/a/", login}, status, headers).message;
}

}  // namespace

TEST_CASE("answer error: a place is the URL without its secrets") {
  CHECK_EQ(place_text("http://i:8080/s/a/", "http://i:8080/s/a/"), "http://i:8080/s/a/");
  CHECK_EQ(place_text("https://u:p@i/a/#sha256=1", "https://i/a/#x"), "https://i/a/");
  CHECK_EQ(place_text("https://u:p@i/a/", "https://v:q@b/login?next=%2Fa&token=t"),
           "https://b/login?next=%2Fa&token=**** (redirected from https://i/a/)");
}

TEST_CASE("answer error: what a status means") {
  CHECK_EQ(status_text(404), "page a: https://i/a/ answered 404 (not found)");
  CHECK_EQ(status_text(599), "page a: https://i/a/ answered 599");
  CHECK_EQ(status_text(302), "page a: https://i/a/ answered 302: a redirect that leads nowhere");
  CHECK_EQ(status_text(300), "page a: https://i/a/ answered 300 (multiple choices)");
  CHECK_EQ(status_text(429, {{"retry-after", "3600"}}),
           "page a: https://i/a/ answered 429 (too many requests): it says to try again in 3600 s");
  CHECK_EQ(status_error({"", "https://i/a/"}, 500, {}).message,
           "https://i/a/ answered 500 (internal server error)");
  CHECK_EQ(status_error({"", "https://i/a/", Login::none, 3}, 500, {}).message,
           "https://i/a/ answered 500 (internal server error) (tried 3 times)");
  CHECK_EQ(status_error({}, 500, {}).code, Code::http_status);
}

TEST_CASE("answer error: a login that was refused is not asked for again") {
  CHECK_EQ(status_text(401), "page a: https://i/a/ answered 401 (unauthorized)");
  CHECK_EQ(status_text(401, {}, Login::with_password),
           "page a: https://i/a/ answered 401 (unauthorized): the user and password given were "
           "refused");
  CHECK_EQ(status_text(403, {}, Login::with_password),
           "page a: https://i/a/ answered 403 (forbidden): the user and password given do not "
           "suffice");
  CHECK_EQ(status_text(401, {}, Login::user_alone),
           "page a: https://i/a/ answered 401 (unauthorized): no password is known for the user "
           "given");
  CHECK_EQ(status_text(403, {}, Login::user_alone),
           "page a: https://i/a/ answered 403 (forbidden)");
  const auto hint = [](int status, Login login, std::string place = "https://i/") {
    const Error error = status_error({"", std::move(place), login}, status, {});
    return error.hints.empty() ? "" : error.hints.front().substr(0, 9);
  };
  for (const int status : {401, 403}) {
    CHECK_EQ(hint(status, Login::none), "give a us");
    CHECK_EQ(hint(status, Login::with_password), "check the");
    CHECK_EQ(hint(status, Login::user_alone), "give that");
  }
  CHECK_EQ(hint(407, Login::none), "give the ");
  CHECK_EQ(hint(404, Login::none), "");
  CHECK_EQ(hint(400, Login::none), "");
  CHECK_EQ(hint(400, Login::none, "http://i/"), "does the ");
}

TEST_CASE("answer error: a cause gets its place once") {
  const Answerer from{"page a", "https://i/a/"};
  const Error once = exchange_error({Code::network, "timed out"}, from);
  CHECK_EQ(once.message, "page a: https://i/a/: timed out");
}

TEST_CASE("answer error: what came") {
  ResponseHead head;
  head.from.place = "https://i/a.whl";
  CHECK_EQ(what_came(head, 0), "https://i/a.whl sent no bytes");
  head.headers = {{"content-type", "text/html"}, {"content-encoding", "br"}};
  CHECK_EQ(what_came(head, 2048), "https://i/a.whl sent 2.0 kB of text/html, encoded as br");
}

}  // namespace pipit::net
