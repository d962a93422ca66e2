#include "pep/name.h"

#include <doctest/doctest.h>

using pipit::pep::is_valid_name;
using pipit::pep::normalize_name;

TEST_CASE("name: normal form") {
  CHECK_EQ(normalize_name("Foo..Bar_-baz"), "foo-bar-baz");
  CHECK_EQ(normalize_name("a"), "a");
  CHECK_EQ(normalize_name("_x_"), "-x-");
}

TEST_CASE("name: letters and digits at both ends") {
  for (const char* name : {"a", "A.b", "0", "x-_y"}) CHECK_MESSAGE(is_valid_name(name), name);
  for (const char* name : {"", "-a", "a-", "_", "a b", "a/b", "\xC3\xA9", "a\n"})
    CHECK_MESSAGE(!is_valid_name(name), name);
}
