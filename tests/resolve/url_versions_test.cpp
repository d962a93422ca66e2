#include "resolve/url_versions.h"

#include <doctest/doctest.h>

#include "tests/distribution/fake_index.h"

namespace pipit::resolve {
namespace {

pep::Requirement requirement(std::string_view text) { return *pep::parse_requirement(text); }

/// b 1 and b 2 at their URLs, c at another one.
struct UrlFixture {
  UrlFixture() {
    for (const auto& [name, version] : {std::pair{"b", "1"}, {"b", "2"}, {"c", "1"}}) {
      test::WheelMaker wheel;
      wheel.name = name;
      wheel.version = version;
      index.add(wheel);
    }
  }
  Result<UrlVersion*> find(std::string_view text) {
    return versions.find(requirement(text), index.stop.get_token());
  }
  test::FakeIndex index;
  BinaryPolicy binary;
  Budget budget;
  UrlVersions versions{binary, *index.database, budget};
};

constexpr std::string_view kB1 = "b @ https://files.test/b-1-py3-none-any.whl";
constexpr std::string_view kB2 = "b @ https://files.test/b-2-py3-none-any.whl";

TEST_CASE("url versions: a stand-in sorts behind its version, and two spellings are one") {
  UrlFixture f;
  CHECK_FALSE(f.versions.any());
  const auto first = f.find(kB1);
  REQUIRE(first);
  CHECK_EQ((*first)->version.str(), "1");
  CHECK((*first)->stand_in > (*first)->version);
  CHECK((*first)->stand_in < *pep::Version::parse("1.post0.dev0"));
  CHECK(*f.find("b @ https://FILES.test:443/b-1-py3-none-any.whl") == *first);
  CHECK_EQ(f.versions.of("b").size(), 1);
  CHECK(f.versions.any());
  const auto second = f.find(kB2);
  REQUIRE(second);
  CHECK((*second)->stand_in != (*first)->stand_in);
  CHECK(f.versions.as("b", (*second)->stand_in) == *second);
  CHECK(f.versions.as("b", (*second)->version) == nullptr);
}

TEST_CASE("url versions: a range holds a stand-in exactly when it holds the version") {
  UrlFixture f;
  const UrlVersion& one = **f.find(kB1);
  const UrlVersion& two = **f.find(kB2);
  const auto range = [&](std::string_view text) {
    return f.versions.with_stand_ins(
        "b", solve::Range::from_specifiers(*pep::SpecifierSet::parse(text)));
  };
  CHECK(range("==1").contains(one.stand_in));
  CHECK_FALSE(range("==1").contains(two.stand_in));
  CHECK(range(">=1").contains(two.stand_in));
  CHECK_FALSE(range("!=1").contains(one.stand_in));
  CHECK(f.versions.only_one_in("b", solve::Range::exactly(one.stand_in)) == &one);
  CHECK(f.versions.only_one_in("b", range(">=1")) == nullptr);
}

TEST_CASE("url versions: one fills in until it may not") {
  UrlFixture f;
  UrlVersion* one = *f.find(kB1);
  CHECK(f.versions.filling_in("b", solve::Range::full()) == one);
  CHECK(f.versions.filling_in("b", solve::Range::exactly(one->version)) == nullptr);
  one->fills_in = false;
  CHECK(f.versions.filling_in("b", solve::Range::full()) == nullptr);
  CHECK(f.versions.filling_in("c", solve::Range::full()) == nullptr);
}

TEST_CASE("url versions: people read the version and its place") {
  UrlFixture f;
  const UrlVersion& one = **f.find(kB1);
  CHECK_EQ(f.versions.shown(cat("b ", one.stand_in.str())),
           "b 1 (https://files.test/b-1-py3-none-any.whl)");
}

TEST_CASE("url versions: what cannot be meant, is another project or not allowed is refused") {
  UrlFixture f;
  const auto message = [&](std::string_view text) {
    const auto found = f.find(text);
    CHECK(found.error().code == Code::bad_metadata);
    return found.error().message;
  };
  CHECK_EQ(message("b @ https://files.test/c-1-py3-none-any.whl"),
           "b @ https://files.test/c-1-py3-none-any.whl: is another project (c)");
  f.binary.all_no_binary = true;
  CHECK_EQ(message(kB1),
           "b (https://files.test/b-1-py3-none-any.whl): is a wheel, which --no-binary does not "
           "allow");
  f.binary = {};
  f.binary.all_only_binary = true;
  CHECK_EQ(message("b @ https://files.test/b-1.tar.gz"),
           "b (https://files.test/b-1.tar.gz): would have to be built, which --only-binary does "
           "not allow");
  f.binary.holds_for_direct = false;
  CHECK(check_binary_policy(f.binary, *distribution::parse_source("https://files.test/b-1.tar.gz"),
                            "b"));
}

TEST_CASE("url versions: what may cost a build is not asked for when the budget is limited") {
  UrlFixture f;
  REQUIRE(f.find(kB1));
  f.budget.limit(10);
  CHECK(f.find(kB1));  // known
  CHECK(f.find(kB2).error().code == Code::offline);
}

TEST_CASE("budget: what was asked for before is free, the rest is counted") {
  Budget budget;
  CHECK(budget.spend_on_page("a"));
  budget.limit(1);
  CHECK(budget.spend_on_page("a"));
  CHECK(budget.spend_on_page("b"));
  CHECK(budget.spend_on_page("b"));
  CHECK_FALSE(budget.spend_on_page("c"));
  index::File wheel, source;
  source.kind = index::FileKind::sdist;
  budget.limit(1);
  CHECK_FALSE(budget.spend_on_metadata(&source));
  CHECK_FALSE(budget.spend_on_reference("https://files.test/a"));
  CHECK(budget.spend_on_metadata(&wheel));
  CHECK_FALSE(budget.spend_on_page("d"));
}

}  // namespace
}  // namespace pipit::resolve
