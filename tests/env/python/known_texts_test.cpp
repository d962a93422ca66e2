// Whether the built-in digests are those of real Pythons is shown by file_facts_test.cpp.
#include "env/python/known_texts.h"

#include <set>
#include <string>

#include "tests/env/env_fixture.h"
#include "tests/env/python_texts.h"

namespace pipit {
namespace {

TEST_CASE("known texts: by the beginnings of their digests, each in its own list") {
  const env::KnownTexts& known = env_test::made_up_texts();
  CHECK(env::is_known(env_test::kUseOfSchemes, known.uses));
  CHECK_FALSE(env::is_known(cat(env_test::kUseOfSchemes, " "), known.uses));
  CHECK_FALSE(env::is_known(env_test::kUseOfSchemes, known.hooks));
  CHECK_FALSE(env::is_known("", known.uses));
  const std::string function = "def_get_default_scheme():\nreturnchoose('prefix','user')";
  CHECK_EQ(env::known_function(function, known.choices), &known.choices[0]);
  CHECK_EQ(env::known_function(function, known.sites), nullptr);
  CHECK_EQ(env::known_function("", known.choices), nullptr);
}

TEST_CASE("known texts: every digest that is built in can be met, and stands there once") {
  const env::KnownTexts& known = env::KnownTexts::built_in();
  std::set<std::string_view> seen;
  const auto check = [&](std::string_view digest) {
    CHECK_EQ(digest.size(), 16);
    CHECK_EQ(digest.find_first_not_of("0123456789abcdef"), std::string_view::npos);
    CHECK(seen.insert(digest).second);
  };
  for (const auto& list : {known.choices, known.sites})
    for (const auto& function : list) check(function.digest);
  for (const auto& list : {known.uses, known.hooks, known.starts})
    for (const std::string_view digest : list) check(digest);
}

}  // namespace
}  // namespace pipit
