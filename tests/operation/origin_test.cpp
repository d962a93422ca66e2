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

}  // namespace
}  // namespace pipit::operation
