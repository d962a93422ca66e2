#include "resolve/scope.h"

#include <doctest/doctest.h>

#include "tests/resolve/world.h"

namespace pipit::resolve {
namespace {

TEST_CASE("scope: python_above: upper bounds are not looked at, holes at the lower end are") {
  const auto above = [](std::string_view text) {
    return python_above(*pep::SpecifierSet::parse(text));
  };
  const auto at_least = [](std::string_view text) {
    return pep::MarkerSet::python_at_least(*pep::Version::parse(text));
  };
  CHECK(above("") == pep::MarkerSet::all());
  CHECK(above(">=3.9") == at_least("3.9"));
  CHECK(above(">=3.9,<4") == at_least("3.9"));
  CHECK(above("~=3.9") == at_least("3.9"));
  CHECK(above(">3.8") == at_least("3.8.1"));
  CHECK(above(">=3.9,!=3.9.0,!=3.9.1,!=3.9.7") == at_least("3.9.2"));
  CHECK(above(">=2.7,!=3.0.*,!=3.1.*,<3.5") == at_least("2.7"));
}

TEST_CASE("scope: overlap") {
  const pep::MarkerSet from_39 = pep::MarkerSet::python_at_least(*pep::Version::parse("3.9"));
  const pep::MarkerSet from_310 = pep::MarkerSet::python_at_least(*pep::Version::parse("3.10"));
  CHECK_EQ(overlap(from_310, from_39), Overlap::whole);
  CHECK_EQ(overlap(from_39, from_310), Overlap::part);
  CHECK_EQ(overlap(~from_39, from_310), Overlap::none);
}

TEST_CASE("scope: a pre-release of Python runs what its release will run") {
  pep::Target target;
  target.python = *pep::Version::parse("3.13.0rc1");
  CHECK(runs_on(target, *pep::SpecifierSet::parse(">=3.13")));
  CHECK_FALSE(runs_on(target, *pep::SpecifierSet::parse("<3.13")));
}

TEST_CASE("scope: a marker holds for a target or not, and for environments in a part of them") {
  MarkerMemo memo;
  const pep::Marker windows = *pep::Marker::parse("sys_platform == 'win32'");
  const pep::Marker with_x = *pep::Marker::parse("extra == 'x'");
  const Scope here(World::target_of("3.12", "linux"));
  const Scope all(pep::MarkerSet::python_at_least(*pep::Version::parse("3.9")));
  CHECK(memo.where(windows, "", here).is_none());
  CHECK(memo.where(windows, "", all) == pep::MarkerSet::of(windows));
  CHECK_FALSE(memo.admits(windows, "", here));
  CHECK(memo.admits(windows, "", all));
  CHECK_FALSE(memo.admits(with_x, "", here));
  CHECK(memo.admits(with_x, "x", here));
  CHECK(memo.where(with_x, "", all).is_none());
  CHECK(memo.where(with_x, "x", all).is_all());
}

}  // namespace
}  // namespace pipit::resolve
