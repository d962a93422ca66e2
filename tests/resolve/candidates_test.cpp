#include "resolve/candidates.h"
#include "index/page_codec.h"
#include "index/raw_file.h"

#include <doctest/doctest.h>

#include "base/text.h"
#include "index/page_builder.h"
#include "pep/platform.h"

namespace pipit::resolve {
namespace {

struct Listed {
  std::string name;
  std::string requires_python = "";
  bool yanked = false;
  std::int64_t time = 1000;
  std::string sha256 = "";
};

index::PagePtr page_with(const std::vector<Listed>& files) {
  index::PageBuilder builder("a", "https://index.example/simple");
  for (const Listed& listed : files) {
    index::RawFile file;
    file.name = listed.name;
    file.url = cat("https://index.example/", listed.name);
    file.requires_python = listed.requires_python;
    file.yanked = listed.yanked;
    file.upload_time = listed.time;
    file.sha256 = listed.sha256;
    builder.add(std::move(file));
  }
  return *index::decode_page(base::SharedText(builder.encode()));
}

Policy policy_for_linux() {
  pep::TagTarget tags;
  tags.python_minor = 12;
  tags.platforms = *pep::expand_platform("manylinux_2_28_x86_64");
  auto target = std::make_shared<pep::Target>(
      pep::Target{{}, pep::Tags::for_target(tags), *pep::Version::parse("3.12.1")});
  Policy policy;
  policy.target = target;
  return policy;
}

std::string best_file(const std::vector<Listed>& files, const Policy& policy,
                      std::string_view specifier = "", Order order = Order::highest_first) {
  Candidates candidates(page_with(files), policy);
  const auto set = *pep::SpecifierSet::parse(specifier);
  const auto at = candidates.best([&](const pep::Version& v) { return set.contains(v); }, order);
  return at ? std::string(candidates.judge(*at).file->name) : "none";
}

TEST_CASE("candidates: a pre-release of Python counts as its release") {
  Policy policy = policy_for_linux();
  auto target = *policy.target;
  target.python = *pep::Version::parse("3.13.0rc1");
  policy.target = std::make_shared<pep::Target>(std::move(target));
  CHECK_EQ(best_file({{"a-1-py3-none-any.whl", ">=3.13"}}, policy), "a-1-py3-none-any.whl");
  CHECK_EQ(best_file({{"a-1-py3-none-any.whl", "<3.13"}}, policy), "none");
}

TEST_CASE("candidates: the best tag wins within a release, then the build number, sdists last") {
  const Policy policy = policy_for_linux();
  CHECK_EQ(best_file({{"a-1.tar.gz"},
                      {"a-1-py3-none-any.whl"},
                      {"a-1-cp312-cp312-manylinux_2_17_x86_64.whl"},
                      {"a-1-cp312-cp312-win_amd64.whl"}},
                     policy),
           "a-1-cp312-cp312-manylinux_2_17_x86_64.whl");
  CHECK_EQ(
      best_file({{"a-1-9-py3-none-any.whl"}, {"a-1-10-py3-none-any.whl"}, {"a-1-py3-none-any.whl"}},
                policy),
      "a-1-10-py3-none-any.whl");
  CHECK_EQ(best_file({{"a-2-cp312-cp312-win_amd64.whl"}, {"a-2.tar.gz"}, {"a-1-py3-none-any.whl"}},
                     policy),
           "a-2.tar.gz");
  CHECK_EQ(best_file({{"a-2-cp312-cp312-win_amd64.whl"}, {"a-1-py3-none-any.whl"}}, policy),
           "a-1-py3-none-any.whl");
}

TEST_CASE("candidates: Requires-Python, yanks and upload times exclude") {
  Policy policy = policy_for_linux();
  CHECK_EQ(
      best_file({{"a-2-py3-none-any.whl", ">=3.13"}, {"a-1-py3-none-any.whl", ">=3.8"}}, policy),
      "a-1-py3-none-any.whl");
  const std::vector<Listed> yanked = {{"a-2-py3-none-any.whl", "", true}, {"a-1-py3-none-any.whl"}};
  CHECK_EQ(best_file(yanked, policy), "a-1-py3-none-any.whl");
  policy.pinned["a"].insert(*pep::Version::parse("2.0"));
  CHECK_EQ(best_file(yanked, policy), "a-2-py3-none-any.whl");
  policy.exclude_newer.all = 500;
  CHECK_EQ(best_file(
               {{"a-2-py3-none-any.whl", "", false, 600}, {"a-1-py3-none-any.whl", "", false, 400}},
               policy),
           "a-1-py3-none-any.whl");
}

TEST_CASE("candidates: pre-releases only where the mode says so") {
  Policy policy = policy_for_linux();
  const std::vector<Listed> both = {{"a-2rc1-py3-none-any.whl"}, {"a-1-py3-none-any.whl"}};
  CHECK_EQ(best_file(both, policy), "a-1-py3-none-any.whl");
  CHECK_EQ(best_file(both, policy, ">1"), "a-2rc1-py3-none-any.whl");
  policy.prerelease = Prerelease::allow;
  CHECK_EQ(best_file(both, policy), "a-2rc1-py3-none-any.whl");
  policy.prerelease = Prerelease::disallow;
  CHECK_EQ(best_file(both, policy, ">1"), "none");
  policy.prerelease = Prerelease::explicit_only;
  CHECK_EQ(best_file(both, policy, ">1"), "none");
  policy.named_prerelease.insert("a");
  CHECK_EQ(best_file(both, policy), "a-1-py3-none-any.whl");
  CHECK_EQ(best_file(both, policy, ">1"), "a-2rc1-py3-none-any.whl");
}

TEST_CASE("candidates: lowest, binary policy, named digests") {
  Policy policy = policy_for_linux();
  const std::vector<Listed> files = {{"a-2.tar.gz"}, {"a-1-py3-none-any.whl"}, {"a-1.tar.gz"}};
  CHECK_EQ(best_file(files, policy, "", Order::lowest_first), "a-1-py3-none-any.whl");
  CHECK_EQ(best_file(files, policy), "a-2.tar.gz");
  policy.binary.all_only_binary = true;
  CHECK_EQ(best_file(files, policy), "a-1-py3-none-any.whl");
  policy.binary.no_binary.insert("a");
  CHECK_EQ(best_file(files, policy), "a-2.tar.gz");
  policy.binary = {};
  policy.binary.prefer_binary = true;
  CHECK_EQ(best_file(files, policy), "a-1-py3-none-any.whl");
  policy.binary = {};
  const std::string digest(64, 'a');
  policy.sha256["a"].insert(digest);
  CHECK_EQ(best_file({{"a-1-py3-none-any.whl"}, {"a-1.tar.gz", "", false, 1, digest}}, policy),
           "a-1.tar.gz");
  CHECK_EQ(best_file({{"a-1-py3-none-any.whl"}, {"a-1.tar.gz"}}, policy), "a-1-py3-none-any.whl");
}

TEST_CASE("candidates: what keeps the wheels out is told, not that the sdist is not allowed") {
  Policy policy = policy_for_linux();
  policy.binary.all_only_binary = true;
  Candidates candidates(page_with({{"a-1-py3-none-any.whl", ">=3.99"}, {"a-1.tar.gz", ">=3.99"}}),
                        policy);
  CHECK(candidates.judge(0).reason == Unusable::requires_python);
  Candidates only_source(page_with({{"a-1.tar.gz"}}), policy);
  CHECK(only_source.judge(0).reason == Unusable::binary_policy);
}

TEST_CASE("candidates: find() knows every release and nothing else") {
  const Policy policy = policy_for_linux();
  Candidates candidates(
      page_with({{"a-1-py3-none-any.whl"}, {"a-2-py3-none-any.whl"}, {"a-10-py3-none-any.whl"}}),
      policy);
  for (const std::string_view version : {"1", "2.0", "10"})
    CHECK(candidates.find(*pep::Version::parse(version)));
  for (const std::string_view version : {"0", "3", "11"})
    CHECK_FALSE(candidates.find(*pep::Version::parse(version)));
}

}  // namespace
}  // namespace pipit::resolve
