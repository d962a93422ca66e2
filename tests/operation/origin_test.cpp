#include "operation/origin.h"

#include <doctest/doctest.h>

#include "base/text.h"

namespace pipit::operation {
namespace {

const std::string kCommit(40, 'a');

/// What a compiled file says of a source that the user wrote as `written`.
std::string said(const std::string& url, const std::string& written, bool editable = false) {
  resolve::Chosen chosen;
  chosen.name = "demo";
  auto source = distribution::parse_source(url);
  REQUIRE(source);
  chosen.source = *source;
  chosen.source->editable = editable;
  if (source->kind == distribution::DirectReference::Kind::git) chosen.source->commit = kCommit;
  chosen.written = written;
  return requirement_of(chosen);
}

TEST_CASE("origin: paths stay as they were written") {
  CHECK_EQ(said("/", "./here"), "./here");
  CHECK_EQ(said("/", "./here", true), "-e ./here");
  CHECK_EQ(said("/", "${HOME}/x"), "${HOME}/x");
  CHECK_EQ(said("/", ""), "demo @ file:///");
}

TEST_CASE("origin: repositories are named by commit") {
  const std::string at = cat("@", kCommit);
  CHECK_EQ(said("git+https://h/x@main", "git+https://h/x@main"), cat("demo @ git+https://h/x", at));
  CHECK_EQ(said("git+https://h/x@main#subdirectory=s", "git+https://${H}/x@main#subdirectory=s"),
           cat("demo @ git+https://${H}/x", at, "#subdirectory=s"));
  CHECK_EQ(said("git+https://h/x", "git+https://${TOKEN}@h/x"),
           cat("demo @ git+https://${TOKEN}@h/x", at));
  CHECK_EQ(said("git+ssh://git@h/x@v1", "git+ssh://git@h/x@v1"),
           cat("demo @ git+ssh://git@h/x", at));
}

TEST_CASE("origin: passwords beside variables are left out with them") {
  const std::string plain = "demo @ https://h/x.zip";
  CHECK_EQ(said("https://h/x.zip", "https://${U}:${P}@h/x.zip"),
           "demo @ https://${U}:${P}@h/x.zip");
  CHECK_EQ(said("https://h/x.zip", "https://${U}:secret@h/x.zip"), plain);
  CHECK_EQ(said("https://h/x.zip", "https://secret${P}@h/x.zip"), plain);
  CHECK_EQ(said("https://h/x.zip", "https://u:secret@h/x.zip"), plain);
}

TEST_CASE("origin: PEP 610's record of each kind") {
  index::File file;
  const auto record = [&file](const std::string& url, bool editable = false) {
    resolve::Chosen chosen;
    auto source = distribution::parse_source(url);
    REQUIRE(source);
    chosen.source = *source;
    chosen.source->editable = editable;
    if (source->kind == distribution::DirectReference::Kind::git) chosen.source->commit = kCommit;
    chosen.file = index::FilePtr(index::FilePtr(), &file);
    return origin_of(chosen);
  };
  const env::DirectUrl git = record("git+https://h/x@main#subdirectory=s");
  CHECK(git.kind == env::DirectUrl::Kind::vcs);
  CHECK_EQ(git.vcs, "git");
  CHECK_EQ(git.url, "https://h/x");
  CHECK_EQ(git.requested_revision, "main");
  CHECK_EQ(git.commit_id, kCommit);
  CHECK_EQ(git.subdirectory, "s");
  const env::DirectUrl folder = record("/", true);
  CHECK(folder.kind == env::DirectUrl::Kind::directory);
  CHECK(folder.editable);
  CHECK_FALSE(record("/").editable);
  const std::string digest(64, 'b'), md5(32, 'c');
  const env::DirectUrl archive = record(cat("https://h/x.zip#md5=", md5));
  CHECK(archive.kind == env::DirectUrl::Kind::archive);
  CHECK_EQ(archive.url, "https://h/x.zip");
  CHECK_EQ(archive.hashes.size(), 1);
  CHECK_EQ(archive.hashes.at("md5"), md5);
  file.sha256 = digest;
  CHECK_EQ(record("https://h/x.zip").hashes.at("sha256"), digest);
}

TEST_CASE("origin: checkouts in place, and who is named by path") {
  resolve::Chosen chosen;
  chosen.name = "demo";
  chosen.source = *distribution::parse_source("git+https://h/x@main");
  chosen.source->commit = kCommit;
  chosen.written = "git+https://h/x@main";
  CHECK_FALSE(is_named_by_path(chosen));
  chosen.in_place = true;
  CHECK(is_named_by_path(chosen));
  CHECK_EQ(requirement_of(chosen), cat("-e git+https://h/x@", kCommit, "#egg=demo"));
  chosen.source->subdirectory = "s";
  CHECK_EQ(requirement_of(chosen), cat("-e git+https://h/x@", kCommit, "#subdirectory=s&egg=demo"));
  chosen.in_place = false;
  chosen.source->editable = true;
  CHECK(is_named_by_path(chosen));
  chosen.source->editable = false;
  chosen.written = "./x";
  CHECK(is_named_by_path(chosen));
}

}  // namespace
}  // namespace pipit::operation
