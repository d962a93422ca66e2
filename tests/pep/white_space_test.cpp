#include "pep/white_space.h"

#include <doctest/doctest.h>

#include <string>

namespace pipit::pep {

TEST_CASE("white space: Unicode's, by its length") {
  for (std::string_view space : {" ",
                                 "\t",
                                 "\n",
                                 "\v",
                                 "\f",
                                 "\r",
                                 "\x1c",
                                 "\x1d",
                                 "\x1e",
                                 "\x1f",
                                 "\xc2\x85",
                                 "\xc2\xa0",
                                 "\xe1\x9a\x80",
                                 "\xe2\x80\x80",
                                 "\xe2\x80\x8a",
                                 "\xe2\x80\xa8",
                                 "\xe2\x80\xa9",
                                 "\xe2\x80\xaf",
                                 "\xe2\x81\x9f",
                                 "\xe3\x80\x80"}) {
    CAPTURE(space);
    CHECK_EQ(white_space_at(space, 0), space.size());
    const std::string text =
        std::string(space) + "a" + std::string(space) + "b" + std::string(space);
    CHECK_EQ(trim_white_space(text), "a" + std::string(space) + "b");
  }
  for (std::string_view other :
       {"a", "_", "\x1b", "\x7f", "\xc2\xa1", "\xc2", "\xe2\x80\x8b", "\xe2\x81\xa0", "\xe2\x80",
        "\xef\xbb\xbf", "\xe1\x80\x80", "\xff"}) {
    CAPTURE(other);
    CHECK_EQ(white_space_at(other, 0), 0);
    CHECK_EQ(trim_white_space(other), other);
  }
  CHECK_EQ(white_space_at("", 0), 0);
  CHECK_EQ(white_space_at("a ", 1), 1);
  CHECK_EQ(white_space_at("a ", 2), 0);
  CHECK_EQ(trim_white_space(" \t\xe3\x80\x80 "), "");
}

}  // namespace pipit::pep
