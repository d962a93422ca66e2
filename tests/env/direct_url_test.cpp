#include "env/direct_url.h"

#include <doctest/doctest.h>

#include "base/text.h"

namespace pipit::env {
namespace {

DirectUrl archive_at(const std::string& url) {
  DirectUrl origin;
  origin.url = url;
  return origin;
}

DirectUrl repository_at(const std::string& commit, const std::string& revision) {
  DirectUrl origin;
  origin.kind = DirectUrl::Kind::vcs;
  origin.url = "https://e.org/r.git";
  origin.vcs = "git";
  origin.commit_id = commit;
  origin.requested_revision = revision;
  return origin;
}

TEST_CASE("direct_url: what is written is read again, without secrets") {
  DirectUrl archive = archive_at("https://user:secret@e.org/a.whl#sha256=1");
  archive.hashes["sha256"] = "ab";
  const std::string text = write_direct_url(archive);
  CHECK_EQ(
      text,
      R"({"archive_info":{"hash":"sha256=ab","hashes":{"sha256":"ab"}},"url":"https://e.org/a.whl"})");
  CHECK(same_origin(*parse_direct_url(text), archive));

  DirectUrl git;
  git.kind = DirectUrl::Kind::vcs;
  git.url = "ssh://git@e.org/r.git";
  git.vcs = "git";
  git.commit_id = "c0ffee";
  const auto back = parse_direct_url(write_direct_url(git));
  REQUIRE(back);
  CHECK_EQ(back->url, git.url);
  CHECK(same_origin(*back, git));
  DirectUrl other = git;
  other.commit_id = "decaf";
  CHECK_FALSE(same_origin(*back, other));

  DirectUrl local;
  local.kind = DirectUrl::Kind::directory;
  local.url = "file:///src";
  local.editable = true;
  CHECK_EQ(write_direct_url(local), R"({"dir_info":{"editable":true},"url":"file:///src"})");
  CHECK_EQ(write_direct_url(archive_at("https://${USER}:${PASS}@e.org/a.whl")),
           R"({"archive_info":{},"url":"https://${USER}:${PASS}@e.org/a.whl"})");
}

TEST_CASE("direct_url: nonsense is an error") {
  for (const char* text :
       {"", "{}", "[]", "{\"url\":1}", "{\"url\":\"x\"}", "{\"url\":\"x\",\"dir_info\""}) {
    CHECK_FALSE_MESSAGE(parse_direct_url(text), text);
  }
}

TEST_CASE("direct_url: each kind is read with all that it says") {
  const auto archive = parse_direct_url(
      R"({"url":"https://e.org/a.whl","subdirectory":"s","archive_info":
          {"hash":"md5=1","hashes":{"sha256":"ab","sha512":7}}})");
  REQUIRE(archive);
  CHECK(archive->kind == DirectUrl::Kind::archive);
  CHECK_EQ(archive->subdirectory, "s");
  CHECK_EQ(archive->hashes, std::map<std::string, std::string>{{"md5", "1"}, {"sha256", "ab"}});
  const auto folder = parse_direct_url(R"({"url":"file:///s","dir_info":{"editable":true}})");
  REQUIRE(folder);
  CHECK(folder->kind == DirectUrl::Kind::directory);
  CHECK(folder->editable);
  CHECK_FALSE(parse_direct_url(R"({"url":"file:///s","dir_info":{"editable":1}})")->editable);
  const auto git = parse_direct_url(
      R"({"url":"https://e.org/r.git","vcs_info":
          {"vcs":"git","requested_revision":"v1","commit_id":"c0ffee"}})");
  REQUIRE(git);
  CHECK(git->kind == DirectUrl::Kind::vcs);
  CHECK_EQ(cat(git->vcs, " ", git->requested_revision, " ", git->commit_id), "git v1 c0ffee");
}

TEST_CASE("direct_url: what is written has every part, and user information only where allowed") {
  DirectUrl git = repository_at("c0ffee", "v1");
  git.subdirectory = "sub";
  CHECK_EQ(write_direct_url(git),
           R"({"subdirectory":"sub","url":"https://e.org/r.git",)"
           R"("vcs_info":{"commit_id":"c0ffee","requested_revision":"v1","vcs":"git"}})");
  const auto url = [](const std::string& text) {
    return parse_direct_url(write_direct_url(archive_at(text)))->url;
  };
  CHECK_EQ(url("https://u:p@e.org/a"), "https://e.org/a");
  CHECK_EQ(url("https://token@e.org/a"), "https://e.org/a");
  CHECK_EQ(url("ssh://git@e.org/a"), "ssh://git@e.org/a");
  CHECK_EQ(url("https://${TOKEN}@e.org/a"), "https://${TOKEN}@e.org/a");
  CHECK_EQ(url("https://${USER}:secret@e.org/a"), "https://e.org/a");
  CHECK_EQ(url("https://u:${PASS}@e.org/a"), "https://e.org/a");
  CHECK_EQ(url("https://${}@e.org/a"), "https://e.org/a");
  CHECK_EQ(url("https://e.org/a#egg=x"), "https://e.org/a");
}

TEST_CASE("direct_url: the same origin is the same place, commit or digest, and editability") {
  const DirectUrl plain = archive_at("https://e.org/a.whl");
  CHECK(same_origin(plain, archive_at("https://u:p@e.org/a.whl#sha256=1")));
  CHECK(same_origin(archive_at("https://e.org/a/"), archive_at("https://e.org/a")));
  CHECK_FALSE(same_origin(plain, archive_at("https://e.org/b.whl")));
  DirectUrl other = plain;
  other.subdirectory = "s";
  CHECK_FALSE(same_origin(plain, other));
  other = plain;
  other.editable = true;
  CHECK_FALSE(same_origin(plain, other));
  other = plain;
  other.kind = DirectUrl::Kind::directory;
  CHECK_FALSE(same_origin(plain, other));

  DirectUrl hashed = plain, differs = plain;
  hashed.hashes = {{"sha256", "ab"}, {"md5", "1"}};
  differs.hashes = {{"sha256", "cd"}};
  CHECK(same_origin(plain, hashed));  // one of them says nothing
  CHECK(same_origin(hashed, hashed));
  CHECK_FALSE(same_origin(hashed, differs));
  CHECK_FALSE(same_origin(differs, hashed));

  CHECK(same_origin(repository_at("c1", "main"), repository_at("c1", "v1")));
  CHECK_FALSE(same_origin(repository_at("c1", "main"), repository_at("c2", "main")));
  CHECK(same_origin(repository_at("c1", "main"), repository_at("", "main")));
  CHECK_FALSE(same_origin(repository_at("", "main"), repository_at("c1", "v1")));
}

}  // namespace
}  // namespace pipit::env
