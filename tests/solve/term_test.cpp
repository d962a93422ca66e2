#include "solve/term.h"

#include <doctest/doctest.h>

namespace pipit::solve {
namespace {

Term in(std::string_view text) {
  return {true, Range::from_specifiers(*pep::SpecifierSet::parse(text))};
}
Term not_in(std::string_view text) { return in(text).negated(); }

TEST_CASE("term: both hold, either holds") {
  CHECK((in(">=1") & in("<3")) == in(">=1,<3"));
  CHECK((in(">=1") & not_in(">=3")) == Term{true, in(">=1").range - in(">=3").range});
  CHECK((not_in(">=3") & in(">=1")) == (in(">=1") & not_in(">=3")));
  CHECK((not_in("<1") & not_in(">=3")) == Term{false, in("<1").range | in(">=3").range});
  CHECK((in("<1") | in(">=1")).positive);
  CHECK((not_in(">=1") | not_in("<1")).is_any());
}

TEST_CASE("term: any holds whatever is chosen, also when nothing is") {
  CHECK(Term::any().is_any());
  CHECK(in(">=1").implies(Term::any()));
  CHECK(not_in(">=1").implies(Term::any()));
  CHECK_FALSE(Term::any().implies(in(">=1")));
  CHECK_FALSE(in("").is_any());  // that one is chosen
}

TEST_CASE("term: implies and excludes") {
  CHECK(in("==2").implies(in(">=1")));
  CHECK_FALSE(in(">=1").implies(in("==2")));
  CHECK(in("==2").implies(not_in("<1")));
  CHECK(not_in(">=1").implies(not_in("==2")));
  CHECK_FALSE(not_in(">=1").implies(in("<1")));  // perhaps none is chosen
  CHECK(in("==2").excludes(in("<1")));
  CHECK(in("==2").excludes(not_in(">=1")));
  CHECK(not_in(">=1").excludes(in("==2")));
  CHECK_FALSE(not_in(">=1").excludes(not_in("<1")));
}

}  // namespace
}  // namespace pipit::solve
