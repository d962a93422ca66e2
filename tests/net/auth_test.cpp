#include "net/auth.h"

#include <doctest/doctest.h>
#include <stdlib.h>

#include <algorithm>

#include "base/file.h"
#include "base/path.h"
#include "base/temp_dir.h"

namespace {

using namespace pipit;

base::Url parsed_url(std::string_view text) {
  Result<base::Url> url = base::parse_url(text);
  REQUIRE(url);
  return *url;
}

std::string login_for(std::string_view netrc, std::string_view host) {
  const std::vector<net::NetrcEntry> entries = net::parse_netrc(netrc);
  const net::NetrcEntry* entry = net::find_netrc(entries, host);
  return entry ? entry->login + ":" + entry->password : "none";
}

}  // namespace

TEST_CASE("netrc: machines, default, quotes, comments, macros") {
  CHECK_EQ(login_for("machine a login l password p", "a"), "l:p");
  CHECK_EQ(login_for("machine a\n\tlogin l\n\taccount x\n\tpassword p\n", "a"), "l:p");
  CHECK_EQ(login_for("machine b login x password y machine A login l password p", "a"), "l:p");
  CHECK_EQ(login_for("machine b login x password y", "a"), "none");
  CHECK_EQ(login_for("machine b login x password y default login d password e", "a"), "d:e");
  CHECK_EQ(login_for("machine a login \"l m\" password \"p\\\"q\"", "a"), "l m:p\"q");
  CHECK_EQ(login_for("# machine a login no password no\nmachine a login l password p", "a"), "l:p");
  CHECK_EQ(login_for("machine a login l password p#q", "a"), "l:p#q");
  CHECK_EQ(login_for("macdef init\nmachine a login bad\n\nmachine a login l password p", "a"),
           "l:p");
  CHECK_EQ(login_for("machine a login l password", "a"), "l:");
  CHECK_EQ(login_for("machine", "a"), "none");
  CHECK_EQ(login_for("", "a"), "none");
}

TEST_CASE("netrc: the line that is not understood first is known") {
  const auto bad_line = [](std::string_view text) {
    std::size_t line = 0;
    net::parse_netrc(text, &line);
    return line;
  };
  CHECK_EQ(bad_line(""), 0);
  CHECK_EQ(bad_line("# x\nmachine a login l\n password p\nmacdef m\nx y\n\ndefault\n"), 0);
  CHECK_EQ(bad_line("machine a\nlogin l\npasword p\n"), 3);
  CHECK_EQ(bad_line("\n\nhost a login l password p\nx"), 3);
  CHECK_EQ(bad_line("machine a login l\npassword"), 2);
  CHECK_EQ(bad_line("machine"), 1);
  CHECK_EQ(bad_line("login l password p"), 1);
}

TEST_CASE("netrc: of several entries that of the user is taken") {
  const std::vector<net::NetrcEntry> entries = net::parse_netrc(
      "machine a login you password no machine a login me password yes machine b password all "
      "default login me password fallback default login other password o");
  const auto password = [&](std::string_view host, std::string_view login) {
    const net::NetrcEntry* entry = net::find_netrc(entries, host, login);
    return entry ? entry->password : "none";
  };
  CHECK_EQ(password("a", ""), "yes");  // the last one of a machine
  CHECK_EQ(password("a", "me"), "yes");
  CHECK_EQ(password("b", "anybody"), "all");
  CHECK_EQ(password("a", "other"), "o");
  CHECK_EQ(password("c", "me"), "fallback");
  CHECK_EQ(password("a", "nobody"), "none");
}

TEST_CASE("credentials: Basic, percent-decoded") {
  CHECK_EQ(net::basic_authorization(""), "");
  CHECK_EQ(net::basic_authorization("user"), "Basic dXNlcjo=");
  CHECK_EQ(net::basic_authorization("user:p%40ss"), "Basic dXNlcjpwQHNz");
  CHECK_EQ(net::basic_authorization("user:a:b"), "Basic dXNlcjphOmI=");
}

TEST_CASE("credentials: they belong to scheme, host and port") {
  net::Credentials credentials(false);
  credentials.add(parsed_url("https://user:pass@a.example/simple/"));
  CHECK_EQ(credentials.authorization(parsed_url("https://a.example/files/x")),
           "Basic dXNlcjpwYXNz");
  CHECK_EQ(credentials.authorization(parsed_url("https://a.example:443/x")), "Basic dXNlcjpwYXNz");
  CHECK_EQ(credentials.authorization(parsed_url("http://a.example/x")), "");
  CHECK_EQ(credentials.authorization(parsed_url("https://a.example:8443/x")), "");
  CHECK_EQ(credentials.authorization(parsed_url("https://b.example/x")), "");
  CHECK_EQ(credentials.authorization(parsed_url("https://x:y@a.example/x")), "Basic eDp5");
}

TEST_CASE("credentials: the longest known path, in whatever order they came") {
  for (const bool reversed : {false, true}) {
    std::vector<base::Url> known = {parsed_url("https://all:1@a.example/"),
                                    parsed_url("https://org:2@a.example/org"),
                                    parsed_url("https://one:3@a.example/org/one.git/")};
    if (reversed) std::reverse(known.begin(), known.end());
    net::Credentials credentials(false);
    for (const base::Url& url : known) credentials.add(url);
    const auto user = [&](std::string_view url) { return credentials.userinfo(parsed_url(url)); };
    CHECK_EQ(user("https://a.example/"), "all:1");
    CHECK_EQ(user("https://a.example/organic"), "all:1");
    CHECK_EQ(user("https://a.example/org"), "org:2");
    CHECK_EQ(user("https://a.example/org/two"), "org:2");
    CHECK_EQ(user("https://a.example/org/one.git"), "one:3");
    CHECK_EQ(user("https://a.example/org/one.git/info/refs?service=x"), "one:3");
    CHECK_EQ(user("https://b.example/org/one.git"), "");
  }
  // Nothing of the path is known: the shortest speaks for the origin.
  net::Credentials credentials(false);
  credentials.add(parsed_url("https://long:1@a.example/some/where"));
  credentials.add(parsed_url("https://short:2@a.example/simple"));
  CHECK_EQ(credentials.userinfo(parsed_url("https://a.example/files/x")), "short:2");
  credentials.add(parsed_url("https://new:3@a.example/simple/"));
  CHECK_EQ(credentials.userinfo(parsed_url("https://a.example/files/x")), "new:3");
}

TEST_CASE("credentials: netrc speaks when nothing else does") {
  Result<base::TempDir> home = base::TempDir::create("/tmp", "netrc-");
  REQUIRE(home);
  const std::string path = base::join_path(home->path(), "netrc");
  REQUIRE(base::write_file(path, "machine a.example login user password pass\n"));
  ::setenv("NETRC", path.c_str(), 1);
  net::Credentials credentials(true), silent(false);
  CHECK_EQ(credentials.authorization(parsed_url("https://a.example/x")), "Basic dXNlcjpwYXNz");
  CHECK_EQ(credentials.authorization(parsed_url("https://b.example/x")), "");
  CHECK_EQ(silent.authorization(parsed_url("https://a.example/x")), "");
  credentials.add(parsed_url("https://v:w@a.example/"));
  CHECK_EQ(credentials.authorization(parsed_url("https://a.example/x")), "Basic djp3");
  ::unsetenv("NETRC");
}
