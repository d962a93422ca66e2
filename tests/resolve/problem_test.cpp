#include "resolve/problem.h"

#include <doctest/doctest.h>

#include "base/text.h"
#include "index/page_builder.h"

namespace pipit::resolve {
namespace {

Policy policy_after(std::string_view text) {
  UserRequirement one;
  one.requirement = *pep::parse_requirement(text);
  Policy policy;
  apply_to_policy(one, policy);
  return policy;
}

TEST_CASE("problem: a requirement counts where its marker holds, for the target or anywhere") {
  UserRequirement one;
  one.requirement = *pep::parse_requirement("a; python_version < '3.12'");
  Policy policy;
  policy.environments = pep::MarkerSet::python_at_least(*pep::Version::parse("3.10"));
  CHECK(applies(one, policy));
  policy.environments = pep::MarkerSet::python_at_least(*pep::Version::parse("3.12"));
  CHECK_FALSE(applies(one, policy));
  pep::Target target;
  target.markers.python_version = "3.11";
  policy.target = std::make_shared<const pep::Target>(target);
  CHECK(applies(one, policy));
  policy.excluded = {"a"};
  CHECK_FALSE(applies(one, policy));
}

TEST_CASE("problem: an exact pin lets its yanked files count, a prefix does not") {
  const auto one = *pep::Version::parse("1");
  CHECK(policy_after("a==1.0").pinned.at("a").contains(one));
  CHECK(policy_after("a===1.0").pinned.at("a").contains(one));
  CHECK(policy_after("a==1.*").pinned.empty());
  CHECK(policy_after("a>=1").pinned.empty());
}

TEST_CASE("problem: a requirement that names a pre-release says so") {
  CHECK(policy_after("a>=2rc1").named_prerelease.contains("a"));
  CHECK(policy_after("a>=2").named_prerelease.empty());
}

TEST_CASE("problem: digests count by project, other algorithms do not") {
  UserRequirement one;
  one.requirement = *pep::parse_requirement("a");
  one.hashes = {{"sha256", "00"}, {"sha512", "11"}};
  Policy policy;
  apply_to_policy(one, policy);
  CHECK_EQ(policy.sha256.at("a").size(), 1);
}

TEST_CASE("problem: a direct file is pinned, and no cut-off holds for it") {
  index::PageBuilder builder("a", "");
  index::RawFile file;
  file.name = "a-1-py3-none-any.whl";
  file.url = "https://files.test/a-1-py3-none-any.whl";
  builder.add(std::move(file));
  UserRequirement one;
  one.requirement = *pep::parse_requirement("a");
  one.direct = *index::decode_page(base::SharedText(builder.encode()));
  Policy policy;
  policy.exclude_newer.all = 1;
  apply_to_policy(one, policy);
  CHECK(policy.pinned.at("a").contains(*pep::Version::parse("1")));
  CHECK_FALSE(policy.exclude_newer.of("a"));
}

}  // namespace
}  // namespace pipit::resolve
