#include "operation/hash_mode.h"

#include <doctest/doctest.h>

#include "base/hash_spec.h"
#include "base/text.h"

namespace pipit::operation {
namespace {

const std::string kA(64, 'a'), kB(64, 'b');

base::HashSpec sha256(const std::string& hex) { return {"sha256", hex}; }

resolve::UserRequirement wanted(const std::string& text, std::vector<base::HashSpec> hashes = {}) {
  resolve::UserRequirement out;
  out.requirement = *pep::parse_requirement(text);
  out.hashes = std::move(hashes);
  return out;
}

resolve::UserRequirement direct(const std::string& url, std::vector<base::HashSpec> hashes = {}) {
  resolve::UserRequirement out;
  out.source = *distribution::parse_source(url);
  out.hashes = std::move(hashes);
  return out;
}

std::string complaint(const Result<void>& done) {
  return done ? "" : cat(done.error().message, " | ", base::join(done.error().hints, "; "));
}

/// Of a universal resolution for Python 3.10 and later.
resolve::Policy from_310() {
  resolve::Policy policy;
  policy.environments = pep::MarkerSet::python_at_least(*pep::Version::parse("3.10"));
  return policy;
}

Result<void> root_hashes(const std::vector<resolve::UserRequirement>& roots) {
  return check_root_hashes(roots, from_310());
}

constexpr const char* kHint = " | --no-require-hashes turns this off";

TEST_CASE("hash mode: one hash anywhere turns it on, an option either way") {
  Inputs inputs;
  CHECK_FALSE(hashes_required({}, inputs));
  inputs.any_hashes = true;
  CHECK(hashes_required({}, inputs));
  ResolutionOptions options;
  options.require_hashes = false;
  CHECK_FALSE(hashes_required(options, inputs));
  options.require_hashes = true;
  inputs.any_hashes = false;
  CHECK(hashes_required(options, inputs));
}

TEST_CASE("hash mode: a root without a hash, without a pin, or that can have none is named") {
  CHECK_EQ(complaint(root_hashes({wanted("a==1", {sha256(kA)})})), "");
  CHECK_EQ(complaint(root_hashes({wanted("a==1")})),
           cat("a==1: hashes are required, and it has none", kHint));
  resolve::UserRequirement from_file = wanted("a>1");
  from_file.origin = "r.txt:3";
  CHECK_EQ(complaint(root_hashes({from_file})),
           cat("a>1 (r.txt:3): hashes are required, so it must be pinned with ==", kHint));
  CHECK_EQ(complaint(root_hashes({direct("git+https://h/x")})),
           cat("git+https://h/x: hashes are required, and a repository has none", kHint));
  CHECK_EQ(complaint(root_hashes({direct("/")})),
           cat("file:///: hashes are required, and a folder has none", kHint));
}

TEST_CASE("hash mode: weak hashes cover nothing, one behind a URL does") {
  CHECK_NE(complaint(root_hashes({wanted("a==1", {{"md5", std::string(32, 'a')}})})), "");
  CHECK_NE(complaint(root_hashes({wanted("a==1", {{"sha1", std::string(40, 'a')}})})), "");
  std::vector<resolve::UserRequirement> roots{direct(cat("https://h/a.zip#sha256=", kA))};
  CHECK_NE(complaint(root_hashes(roots)), "");
  take_fragment_hashes(roots);
  CHECK_EQ(complaint(root_hashes(roots)), "");
  roots = {direct(cat("https://h/a.zip#sha256=", kA), {sha256(kB)}), direct("https://h/a.zip"),
           direct(cat("https://h/a.zip#md5=", std::string(32, 'a')))};
  take_fragment_hashes(roots);
  CHECK_EQ(roots[0].hashes.at(0).hex, kB);
  CHECK(roots[1].hashes.empty());
  CHECK_NE(complaint(root_hashes({roots[2]})), "");
}

TEST_CASE("hash mode: what applies nowhere needs no hash, and its hash changes nothing") {
  const std::string nowhere = "; python_version < '3'";
  CHECK_EQ(complaint(root_hashes({wanted("a" + nowhere)})), "");
  resolve::UserRequirement repository = direct("git+https://h/x");
  repository.requirement = *pep::parse_requirement("a" + nowhere);
  CHECK_EQ(complaint(root_hashes({repository})), "");
  CHECK_NE(complaint(root_hashes({wanted("a; python_version < '3.12'")})), "");
  std::vector<resolve::UserRequirement> roots{wanted("a==1", {sha256(kA)}), wanted("b==1")};
  std::vector<resolve::UserRequirement> constraints{wanted("a" + nowhere, {sha256(kB)}),
                                                    wanted("b" + nowhere, {sha256(kB)})};
  REQUIRE(merge_constraint_hashes(roots, constraints, from_310()));
  CHECK_EQ(roots[0].hashes.at(0).hex, kA);
  CHECK(roots[1].hashes.empty());
}

TEST_CASE("hash mode: what a constraint says counts, too: both, or the one that says something") {
  std::vector<resolve::UserRequirement> roots{
      wanted("a==1", {sha256(kA), sha256(kB)}), wanted("b==1"),
      wanted("c==1; python_version < '3.12'", {sha256(kA)})};
  std::vector<resolve::UserRequirement> constraints{
      wanted("a", {sha256(kB)}), wanted("b", {sha256(kA)}), wanted("c", {sha256(kA)})};
  REQUIRE(merge_constraint_hashes(roots, constraints, from_310()));
  REQUIRE_EQ(roots[0].hashes.size(), 1);
  CHECK_EQ(roots[0].hashes[0].hex, kB);
  REQUIRE_EQ(roots[1].hashes.size(), 1);
  CHECK_EQ(roots[1].hashes[0].hex, kA);
  CHECK(constraints[0].hashes.empty());
  CHECK_FALSE(constraints[2].hashes.empty());  // the root is not always there to say it
  roots = {wanted("a==1", {sha256(kA)})};
  constraints = {wanted("a", {sha256(kB)})};
  CHECK_EQ(complaint(merge_constraint_hashes(roots, constraints, from_310())),
           "a==1: none of its hashes is one of the constraints' | ");
}

TEST_CASE("hash mode: the answer's dependencies have hashes, too") {
  resolve::Resolution resolution;
  resolve::Chosen chosen;
  chosen.name = "dep";
  chosen.version = *pep::Version::parse("1");
  chosen.via = {"a", "b"};
  resolution.chosen = {chosen};
  CHECK_EQ(complaint(check_answer_hashes(resolution)), "");  // it is installed already
  auto file = std::make_shared<index::File>();
  resolution.chosen[0].file = file;
  CHECK_EQ(complaint(check_answer_hashes(resolution)),
           "dep 1 (needed by a, b): hashes are required, and it has none | "
           "list it with its hash too; --no-require-hashes turns this off");
  resolution.chosen[0].hashes = {sha256(kA)};
  CHECK_EQ(complaint(check_answer_hashes(resolution)), "");
  resolution.chosen[0].source = *distribution::parse_source("git+https://h/x");
  CHECK_EQ(complaint(check_answer_hashes(resolution)),
           cat("dep (needed by a, b): hashes are required, and a repository has none", kHint));
}

}  // namespace
}  // namespace pipit::operation
