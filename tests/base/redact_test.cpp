#include "base/redact.h"
#include "base/url.h"

#include <doctest/doctest.h>

#include <string>

namespace pipit::base {
namespace {

Url read_url(std::string_view text) {
  auto url = parse_url(text);
  REQUIRE_MESSAGE(url, std::string(text));
  return *url;
}

}  // namespace

TEST_CASE("url: redaction leaves what identifies, takes what opens doors") {
  struct Row {
    std::string_view in, out;
  };
  for (const Row& row :
       {Row{"https://user:secret@h/a", "https://h/a"},
        {"https://token@h/a", "https://h/a"},
        {"https://u:p@ss@h/a@b", "https://h/a@b"},
        {"https://h/a?X-Amz-Signature=12&v=1", "https://h/a?X-Amz-Signature=****&v=1"},
        {"https://h/a?tok%65n=12#sha256=ab", "https://h/a?tok%65n=****#sha256=ab"},
        {"https://h:80/a:b", "https://h:80/a:b"},
        {"http://[::1]:80/a@b", "http://[::1]:80/a@b"},
        {"fatal: unable to access 'https://u:p@h/r.git/': gone",
         "fatal: unable to access 'https://h/r.git/': gone"},
        {"a https://u:p@h/1, b https://x:y@h/2", "a https://h/1, b https://h/2"},
        {"https://u:pa/ss#w?d@h/x", "https://h/x"},
        {"https://h/?next=https://u:p@g/", "https://h/?next=https://g/"},
        {"no url: a@b://", "no url: a@b://"},
        {"mail a@b.c", "mail a@b.c"},
        {"git@host:owner/repository", "git@host:owner/repository"},
        {"--find-links u:p@h/w: gone", "--find-links h/w: gone"},
        {"/here/http:/u:p@h/w", "/here/http:/h/w"},
        {"http:u:p@h/w", "http:h/w"},
        {"HTTPS:\\\\u:p@h\\w", "HTTPS:\\\\h\\w"},
        {"http:///u:p@h/w", "http:///h/w"},
        {"http://u:12#p@h/w", "http://h/w"},
        {"http://u:half", "http://"},
        {"http://h:80#a", "http://h:80#a"},
        {"http://h:80: gone", "http://h:80: gone"},
        {"(at http://h:80), http://h: and https://h.",
         "(at http://h:80), http://h: and https://h."},
        {"give it (user:password@) or not", "give it (user:password@) or not"},
        {"", ""}}) {
    CHECK_EQ(redact_text(row.in), row.out);
  }
  CHECK_EQ(redact_url("https://u:p w@h/a b"), "https://h/a b");
  CHECK_EQ(redacted(read_url("https://u:p@h/a?token=1#x")), "https://h/a?token=****#x");
  CHECK_EQ(to_string(without_secrets(read_url("https://u:p@h/a?b=1#x"))), "https://h/a?b=1");
}

TEST_CASE("url: percent escapes") {
  CHECK_EQ(percent_decode("a%20b%2Bc+d%41%zz%4"), "a b+c+dA%zz%4");
  CHECK_EQ(percent_decode("%2541"), "%41");
  CHECK_EQ(percent_decode("%00"), std::string("\0", 1));
  CHECK_EQ(percent_encode_path("/a b+c~\xc3\xa4%"), "/a%20b%2Bc~%C3%A4%25");
  CHECK_EQ(file_name(read_url("https://h/x/a%2B1-py3.whl?q#f")), "a+1-py3.whl");
  CHECK_EQ(file_name(read_url("https://h/x/")), "");
}

TEST_CASE("url: file URLs and paths") {
  CHECK_EQ(*file_url_to_path(read_url("file:///a%20b/c")), "/a b/c");
  CHECK_EQ(*file_url_to_path(read_url("file://localhost/a")), "/a");
  CHECK_FALSE(file_url_to_path(read_url("file://host/a")));
  CHECK_FALSE(file_url_to_path(read_url("file:///a%00b")));
  CHECK_FALSE(file_url_to_path(read_url("https://h/a")));
  CHECK_EQ(path_to_file_url("/a b/#c"), "file:///a%20b/%23c");
}

TEST_CASE("url: which words of a query open doors, in any case and spelling") {
  for (const char* name :
       {"token", "TOKEN", "access_token", "job_token", "X-Goog-Signature", "x-amz-credential",
        "client_secret", "userPassword", "sig", "key", "p%61ss"}) {
    CAPTURE(name);
    const std::string url = std::string("https://h/a?v=1&") + name + "=opens";
    CHECK_EQ(redact_text(url), std::string("https://h/a?v=1&") + name + "=****");
  }
  for (const char* name : {"v", "tokens", "keys", "monkey", "design", "pass_on", "signed"}) {
    CAPTURE(name);
    const std::string url = std::string("https://h/a?") + name + "=1";
    CHECK_EQ(redact_text(url), url);
  }
}

}  // namespace pipit::base
