#include "resolve/reasons.h"

#include <doctest/doctest.h>

namespace pipit::resolve {
namespace {

TEST_CASE("reasons: every code has words of its own, and none has none") {
  CHECK_EQ(reason_text(Unusable::none), "");
  std::string seen;
  for (int code = 1; code <= static_cast<int>(Unusable::url_requirement); ++code) {
    const std::string text = reason_text(static_cast<Unusable>(code));
    CHECK_FALSE(text.empty());
    CHECK_EQ(seen.find("<" + text + ">"), seen.npos);
    seen += "<" + text + ">";
  }
}

TEST_CASE("reasons: the detail follows, stands in brackets, or is not said") {
  CHECK_EQ(reason_text(Unusable::requires_python, ">=3.13"), "requires Python >=3.13");
  CHECK_EQ(reason_text(Unusable::yanked, "broken"), "was yanked (broken)");
  CHECK_EQ(reason_text(Unusable::yanked), "was yanked");
  CHECK_EQ(reason_text(Unusable::not_found, "a"), "was not found a");
}

TEST_CASE("reasons: the solver gives the code back, whatever the words are") {
  solve::Incompatibility fact;
  fact.kind = solve::Incompatibility::Kind::unavailable;
  const solve::Reason told = reason(Unusable::yanked, "broken");
  fact.reason = told.code;
  CHECK(is_unusable_for(fact, Unusable::yanked));
  CHECK_FALSE(is_unusable_for(fact, Unusable::too_new));
  fact.kind = solve::Incompatibility::Kind::dependency;
  CHECK_FALSE(is_unusable_for(fact, Unusable::yanked));
}

}  // namespace
}  // namespace pipit::resolve
