#include "base/environ.h"

#include <doctest/doctest.h>
#include <stdlib.h>

#include <algorithm>
#include <string>

namespace pipit::base {

TEST_CASE("environ: set, empty and unset variables") {
  ::setenv("PIPIT_TEST_SET", "a=b", 1);
  ::setenv("PIPIT_TEST_EMPTY", "", 1);
  ::unsetenv("PIPIT_TEST_UNSET");
  CHECK_EQ(environment_variable("PIPIT_TEST_SET"), "a=b");
  CHECK_EQ(environment_variable("PIPIT_TEST_EMPTY"), "");
  CHECK_FALSE(environment_variable("PIPIT_TEST_UNSET"));
  const auto all = environment_variables();
  const auto value_of = [&](std::string_view name) -> std::optional<std::string_view> {
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.first == name; });
    if (found == all.end()) return std::nullopt;
    return found->second;
  };
  CHECK_EQ(value_of("PIPIT_TEST_SET"), "a=b");
  CHECK_EQ(value_of("PIPIT_TEST_EMPTY"), "");
  CHECK_FALSE(value_of("PIPIT_TEST_UNSET"));
  ::unsetenv("PIPIT_TEST_SET");
  ::unsetenv("PIPIT_TEST_EMPTY");
}

}  // namespace pipit::base
