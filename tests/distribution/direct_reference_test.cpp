// Direct references: what is found in requirements files, what it is read as, and what is refused.
#include "distribution/direct_reference.h"
#include "base/hash_spec.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "base/file.h"
#include "base/file_tree.h"
#include "base/path.h"
#include "base/temp_dir.h"
#include "base/text.h"

namespace pipit::distribution {
namespace {

constexpr std::string_view kCommit = "0123456789abcdef0123456789abcdef01234567";

DirectReference must_parse(const std::string& text) {
  auto source = parse_source(text);
  INFO(text);
  REQUIRE_MESSAGE(source.has_value(), (source ? "" : source.error().message));
  return *source;
}

std::string kind_word(DirectReference::Kind kind) {
  switch (kind) {
    case DirectReference::Kind::wheel:
      return "wheel";
    case DirectReference::Kind::archive:
      return "archive";
    case DirectReference::Kind::directory:
      return "directory";
    case DirectReference::Kind::git:
      return "git";
  }
  return "";
}

/// "kind url [@revision] [/subdirectory] [lfs] [hashes]"
std::string describe(const DirectReference& source) {
  std::string out = cat(kind_word(source.kind), " ", source.url);
  if (!source.revision.empty()) out += cat(" @", source.revision);
  if (!source.commit.empty()) out += " commit";
  if (!source.subdirectory.empty()) out += cat(" /", source.subdirectory);
  if (source.editable) out += " editable";
  if (source.lfs) out += " lfs";
  for (const base::HashSpec& hash : source.hashes) out += cat(" ", hash.algorithm);
  return out;
}

// Shapes of URLs as requirements files in the wild have them.
TEST_CASE("direct source: the shapes of URLs in requirements files") {
  const std::string commit(kCommit), sha256(64, 'a');
  const std::pair<std::string, std::string> cases[] = {
      {"https://github.com/o/r/archive/master.zip",
       "archive https://github.com/o/r/archive/master.zip"},
      {"https://github.com/o/r/zipball/master", "archive https://github.com/o/r/zipball/master"},
      {"https://github.com/o/r/tarball/v1.0", "archive https://github.com/o/r/tarball/v1.0"},
      {"http://github.com/o/r/archive/refs/heads/develop.zip#egg=r",
       "archive http://github.com/o/r/archive/refs/heads/develop.zip"},
      {"https://github.com/o/r/archive/refs/tags/v1.0.tar.gz",
       "archive https://github.com/o/r/archive/refs/tags/v1.0.tar.gz"},
      {"https://codeload.github.com/o/r/tar.gz/refs/heads/main",
       "archive https://codeload.github.com/o/r/tar.gz/refs/heads/main"},
      {"https://codeload.github.com/o/r/legacy.zip/master#egg=r&subdirectory=python",
       "archive https://codeload.github.com/o/r/legacy.zip/master /python"},
      {"https://gitlab.com/o/r/-/archive/main/r-main.tar.bz2?path=sub",
       "archive https://gitlab.com/o/r/-/archive/main/r-main.tar.bz2?path=sub"},
      {"https://bitbucket.org/o/r/get/default.tar.gz",
       "archive https://bitbucket.org/o/r/get/default.tar.gz"},
      {"https://example.org/download?ref=1", "archive https://example.org/download?ref=1"},
      {"https://example.org/v1.0", "archive https://example.org/v1.0"},
      {"https://example.org", "archive https://example.org/"},
      {"https://example.org/f/a-1.0.tar.gz#sha256=" + sha256,
       "archive https://example.org/f/a-1.0.tar.gz sha256"},
      {"https://example.org/a.tgz#md5=" + std::string(32, '0') + "&egg=a",
       "archive https://example.org/a.tgz md5"},
      {"https://user:p%40ss@example.org:8443/a.zip", "archive https://example.org:8443/a.zip"},
      {"https://example.org/torch-2.0%2Bcpu-cp311-cp311-linux_x86_64.whl",
       "wheel https://example.org/torch-2.0%2Bcpu-cp311-cp311-linux_x86_64.whl"},
      {"https://example.org/a-1.0-py3-none-any.whl?X-Amz-Signature=1#sha256=" + sha256,
       "wheel https://example.org/a-1.0-py3-none-any.whl?X-Amz-Signature=1 sha256"},
      {"git+https://github.com/o/r", "git https://github.com/o/r"},
      {"git+https://github.com/o/r.git@master#egg=r", "git https://github.com/o/r.git @master"},
      {"git+https://github.com/o/r.git@feature/x-1#egg=r[a,b]&subdirectory=src/r",
       "git https://github.com/o/r.git @feature/x-1 /src/r"},
      {"git+https://github.com/o/r@" + commit, "git https://github.com/o/r @" + commit + " commit"},
      {"git+https://github.com/o/r@0123abc", "git https://github.com/o/r @0123abc"},
      {"git+https://github.com/o/r@refs/pull/12/head",
       "git https://github.com/o/r @refs/pull/12/head"},
      {"git+https://oauth2:t0ken@gitlab.com/g/sub/r.git@v1",
       "git https://gitlab.com/g/sub/r.git @v1"},
      {"git+https://${TOKEN}@github.com/o/r.git", "git https://github.com/o/r.git"},
      {"git+http://example.org:3000/o/r.git", "git http://example.org:3000/o/r.git"},
      {"git+ssh://git@github.com/o/r.git@v1.2.3#subdirectory=x",
       "git ssh://git@github.com/o/r.git @v1.2.3 /x"},
      {"git+ssh://git:pw@example.org:2222/~u/r", "git ssh://git@example.org:2222/~u/r"},
      {"git+git://git.example.org/r", "git git://git.example.org/r"},
      {"git+file:///srv/git/r.git@main", "git file:///srv/git/r.git @main"},
      {"git+file://localhost/srv/r", "git file:///srv/r"},
      {"git+https://example.org/r@release%401.0%231", "git https://example.org/r @release@1.0#1"},
      {"git+https://example.org/a@b@v2", "git https://example.org/a%40b @v2"},
      {"git+https://example.org/_git/r?version=1@v2#lfs=true",
       "git https://example.org/_git/r?version=1@v2 lfs"},
      {"GIT+HTTPS://GitHub.com/O/R.git", "git https://github.com/O/R.git"},
      {"git+https://[::1]:8080/r", "git https://[::1]:8080/r"},
      {"git+https://github.com/o/r#egg=r&subdirectory=./a//b/", "git https://github.com/o/r /a/b"},
  };
  CHECK(std::size(cases) >= 25);
  for (const auto& [text, expected] : cases) {
    INFO(text);
    const DirectReference source = must_parse(text);
    CHECK(describe(source) == expected);
    const std::string canonical = source_text(source);
    CHECK(must_parse(canonical) == source);
    CHECK(source_text(must_parse(canonical)) == canonical);
    CHECK(must_parse(canonical_place(source)).subdirectory == source.subdirectory);
  }
}

TEST_CASE("direct source: what is refused, and as what") {
  const std::pair<std::string, Code> cases[] = {
      {"", Code::parse},
      {"git+ssh://-oProxyCommand=x/r", Code::parse},
      {"git+ssh://-oProxyCommand=x@host/r", Code::parse},
      {"git+ssh://%2DoProxyCommand=x@host/r", Code::parse},
      {"git+https://host/r@--upload-pack=x", Code::parse},
      {"git+https://host/r@%2D-upload-pack=x", Code::parse},
      {"git+https://host/r@a%0Ab", Code::parse},
      {"git+https://host/r@", Code::parse},
      {"git+https:///r", Code::parse},
      {"git+ext::sh -c x", Code::not_found},  // no URL: a path that is not there
      {"git+ext://sh", Code::parse},
      {"git+file://host/r", Code::parse},
      {"git+file:///a%0Ab", Code::parse},
      {"git+ssh://git@host:owner/r", Code::parse},
      {"git@host:owner/r.git", Code::not_found},
      {"git://host/r", Code::parse},
      {"ftp://host/a.zip", Code::parse},
      {"hg+https://host/r", Code::unsupported},
      {"svn+ssh://host/r", Code::unsupported},
      {"bzr+lp:x", Code::not_found},
      {"bzr+https://host/r", Code::unsupported},
      {"https://host/a.zip#subdirectory=../x", Code::parse},
      {"https://host/a.zip#subdirectory=a/%2E%2E/%2E%2E/x", Code::parse},
      {"https://host/a.zip#subdirectory=/etc", Code::parse},
      {"https://host/a.zip#sha256=abc", Code::parse},
      {"https://host name/a.zip", Code::parse},
      {"file:///no/such/thing", Code::not_found},
      {"file://host/x", Code::parse},
      {"./no/such/thing", Code::not_found},
      {"/dev/null", Code::parse},
  };
  for (const auto& [text, code] : cases) {
    const auto source = parse_source(text);
    INFO(text);
    REQUIRE_FALSE(source.has_value());
    CHECK(source.error().code == code);
    CHECK(source.error().message.find('\n') == std::string::npos);
  }
  for (const char* text : {"git@host:owner/r.git", "git+ssh://git@host:owner/r", "ssh://host/r"}) {
    REQUIRE(parse_source(text).error().hints.size() == 1);
    CHECK(parse_source(text).error().hints[0].find("git+ssh://") != std::string::npos);
  }
}

TEST_CASE("direct source: credentials reach the network and nothing else") {
  const std::string secret = "s3cr3t";
  for (const std::string text : {"https://u:s3cr3t@h.org/a.zip", "git+https://s3cr3t@h.org/r@v1",
                                 "git+http://u:s3cr3t@h.org/r", "https://s3cr3t:@h.org/a.whl"}) {
    INFO(text);
    const auto reference = parse_reference(text);
    REQUIRE(reference.has_value());
    CHECK(reference->access.userinfo.find(secret) != std::string::npos);
    CHECK(reference->access.host == "h.org");
    CHECK(reference->access.scheme.starts_with("http"));
    const DirectReference& source = reference->source;
    for (const std::string& shown :
         {source.url, source_text(source), shown_source(source), canonical_place(source)})
      CHECK(shown.find(secret) == std::string::npos);
  }
  // A token in a query is needed by the request; keys and messages do without.
  const DirectReference source = must_parse("https://h.org/a.zip?ref=1&token=s3cr3t");
  CHECK(source_text(source).find(secret) != std::string::npos);
  CHECK(shown_source(source) == "https://h.org/a.zip?ref=1&token=****");
  CHECK(canonical_place(source) ==
        canonical_place(must_parse("https://h.org/a.zip?ref=1&token=2")));
  CHECK(canonical_place(source) !=
        canonical_place(must_parse("https://h.org/a.zip?ref=2&token=2")));
  for (const char* text : {"git+https://u:s3cr3t@host:port/r", "https://u:s3cr3t@h.org/a b",
                           "git+https://u:s3cr3t@h.org/r@", "svn+https://u:s3cr3t@h.org/r"}) {
    const auto refused = parse_source(text);
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().message.find(secret) == std::string::npos);
  }
  CHECK(shown_source(must_parse("git+ssh://git@h.org/r@v1")) == "git+ssh://git@h.org/r@v1");
}

TEST_CASE("direct source: the name that a fragment tells") {
  const std::pair<const char*, const char*> cases[] = {
      {"git+https://h.org/r#egg=My_Proj", "my-proj"},
      {"git+https://h.org/r@v1#subdirectory=x&egg=a", "a"},
      {"https://h.org/a.zip#egg=a-1.0", "a-1-0"},
      {"https://h.org/a.zip#egg=a==1.0", ""},
      {"https://h.org/a.zip#egg=", ""},
      {"https://h.org/a.zip", ""},
  };
  for (const auto& [text, name] : cases) {
    INFO(text);
    CHECK(parse_reference(text)->egg == name);
  }
  const auto reference = parse_reference("git+https://h.org/r#egg=a[Z_x,b,b]");
  CHECK(reference->egg_extras == std::vector<std::string>{"b", "z-x"});
}

TEST_CASE("direct source: one place, one key") {
  const std::vector<std::vector<std::string>> groups = {
      {"git+https://example.org/o/r", "git+https://example.org/o/r.git",
       "git+https://example.org/o/r/", "git+https://example.org/o/r.git/",
       "git+https://u:p@Example.ORG:443/o/r.git@v1#egg=x", "git+https://example.org/o/./x/../r",
       "git+https://example.org/%6F/r@main"},
      {"git+https://github.com/O/R.git", "git+https://github.com/o/r"},
      {"git+https://example.org/O/R"},
      {"git+ssh://git@example.org/o/r.git", "git+ssh://example.org:22/o/r"},
      {"git+https://example.org:8443/o/r"},
      {"git+https://example.org/o/r#subdirectory=a",
       "git+https://example.org/o/r.git#subdirectory=a/"},
      {"git+https://example.org/o/r#lfs=true"},
      {"git+file:///srv/r", "git+file:///srv/r.git", "git+file://localhost/srv//../srv/r/"},
      {"git+file:///srv/r/.git"},
      {"https://example.org/o/r"},
      {"https://example.org/o/r.git"},
      {"https://example.org/a.zip?b=%7e", "HTTPS://EXAMPLE.org:443/a.zip?b=~#egg=x"},
      {"https://example.org/a%2fb", "https://example.org/a%2Fb"},
      {"https://example.org/a/b"},
      {"http://example.org/a/b", "http://example.org:80/a/b"},
  };
  std::vector<std::string> keys;
  for (const auto& group : groups) {
    const std::string key = canonical_place(must_parse(group.front()));
    for (const std::string& text : group) {
      INFO(text);
      CHECK(canonical_place(must_parse(text)) == key);
    }
    CHECK(std::find(keys.begin(), keys.end(), key) == keys.end());
    keys.push_back(key);
  }
  CHECK(keys.front() == "git+https://example.org/o/r");
  CHECK(repository_place(must_parse(
            "git+https://example.org/o/r.git@v1#subdirectory=a&lfs=true")) == keys.front());
}

TEST_CASE("direct source: files and folders, by path and by URL") {
  auto temporary = base::TempDir::create("/tmp", "pipit-test-");
  REQUIRE(temporary.has_value());
  const std::string top = base::real_path(temporary->path());
  for (const char* folder : {"proj", "proj/sub", "a#b", "with blank"})
    REQUIRE(base::make_directories(cat(top, "/", folder)).has_value());
  for (const char* file : {"a-1.0.tar.gz", "a-1.0-py3-none-any.whl", "master"})
    REQUIRE(base::write_file(cat(top, "/", file), "x").has_value());
  const std::pair<std::string, std::string> cases[] = {
      {"proj", "directory file://T/proj"},
      {"./proj/", "directory file://T/proj"},
      {"proj/../proj", "directory file://T/proj"},
      {"file:proj", "directory file://T/proj"},
      {"file:./proj", "directory file://T/proj"},
      {"T/proj", "directory file://T/proj"},
      {"file://T/proj/", "directory file://T/proj"},
      {"file:T/proj#editable", "directory file://T/proj editable"},
      {"file://localhost/T/proj#egg=proj&subdirectory=sub", "directory file://T/proj/sub"},
      {"proj#egg=proj", "directory file://T/proj"},
      {"a#b", "directory file://T/a%23b"},
      {"a#b#egg=x", "directory file://T/a%23b"},
      {"with blank", "directory file://T/with%20blank"},
      {"file:with blank", "directory file://T/with%20blank"},
      {"file://T/with blank", "directory file://T/with%20blank"},
      {"a-1.0.tar.gz", "archive file://T/a-1.0.tar.gz"},
      {"a-1.0.tar.gz#subdirectory=x", "archive file://T/a-1.0.tar.gz /x"},
      {"file://T/a-1.0-py3-none-any.whl", "wheel file://T/a-1.0-py3-none-any.whl"},
      {"master", "archive file://T/master"},
  };
  for (const auto& [text, expected] : cases) {
    INFO(text);
    // "T" stands for the temporary folder; an URL's "localhost/" takes it without a second slash.
    const std::string real = base::replace_all(
        base::replace_all(text, "localhost/T", cat("localhost", top)), "T/", cat(top, "/"));
    const auto source = parse_source(real, top);
    REQUIRE_MESSAGE(source.has_value(), (source ? "" : source.error().message));
    CHECK(describe(*source) == base::replace_all(expected, "T/", cat(top, "/")));
    CHECK(must_parse(source_text(*source)) == *source);
    CHECK(shown_source(*source).find("editable") == std::string::npos);
  }
  CHECK_FALSE(parse_source("proj#subdirectory=none", top).has_value());
  CHECK_FALSE(parse_source("proj#subdirectory=../a", top).has_value());
}

TEST_CASE("direct source: a commit takes the revision's place in the text") {
  DirectReference source = must_parse("git+https://h.org/r@main#subdirectory=a%20b&lfs=true");
  source.commit = kCommit;
  CHECK(source_text(source) ==
        cat("git+https://h.org/r@", kCommit, "#subdirectory=a%20b&lfs=true"));
  const DirectReference again = must_parse(source_text(source));
  CHECK(again.commit == kCommit);
  CHECK(again.revision == kCommit);
  CHECK(canonical_place(again) == canonical_place(source));
  CHECK(is_full_commit(kCommit));
  CHECK(is_full_commit(std::string(64, 'f')));
  CHECK_FALSE(is_full_commit(kCommit.substr(1)));
  CHECK_FALSE(is_full_commit(std::string(40, 'g')));
}

}  // namespace
}  // namespace pipit::distribution
