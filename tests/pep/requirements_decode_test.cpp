#include "pep/requirements_decode.h"

#include <doctest/doctest.h>

#include <string>

namespace pipit::pep {
using namespace std::string_literals;

TEST_CASE("requirements text: by byte order mark") {
  const std::string expected = "a\xc3\xa4\n";
  CHECK_EQ(*decode_requirements("a\xc3\xa4\n"), expected);
  CHECK_EQ(*decode_requirements("\xef\xbb\xbf"
                                "a\xc3\xa4\n"),
           expected);
  CHECK_EQ(*decode_requirements("\xff\xfe"
                                "a\0\xe4\0\n\0"s),
           expected);
  CHECK_EQ(*decode_requirements("\xfe\xff"
                                "\0a\0\xe4\0\n"s),
           expected);
  CHECK_EQ(*decode_requirements("\xff\xfe\0\0"
                                "a\0\0\0\xe4\0\0\0\n\0\0\0"s),
           expected);
  CHECK_EQ(*decode_requirements("\0\0\xfe\xff"
                                "\0\0\0a\0\0\0\xe4\0\0\0\n"s),
           expected);
  CHECK_EQ(*decode_requirements("\xff\xfe"
                                "\x3d\xd8\x00\xde"s),
           "\xf0\x9f\x98\x80");
  CHECK_EQ(*decode_requirements(""), "");
}

TEST_CASE("requirements text: by the name in its first two lines") {
  CHECK_EQ(*decode_requirements("# -*- coding: latin-1 -*-\n\xe4"),
           "# -*- coding: latin-1 -*-\n\xc3\xa4");
  CHECK_EQ(*decode_requirements("\n# coding=windows-1252\n\x80"),
           "\n# coding=windows-1252\n\xe2\x82\xac");
  CHECK_FALSE(decode_requirements("\n\n# coding: latin-1\n\xe4"));
  CHECK_FALSE(decode_requirements("# coding: klingon\na"));
  CHECK_EQ(decode_requirements("# coding: ascii\n\xc3\xa4").error().code, Code::parse);
}

TEST_CASE("requirements text: what is not in its encoding is refused") {
  CHECK_FALSE(decode_requirements("a\xff"));
  CHECK_FALSE(
      decode_requirements("\xff\xfe"
                          "a"));
  CHECK_FALSE(
      decode_requirements("\xff\xfe"
                          "\x00\xd8"s));
  CHECK_FALSE(
      decode_requirements("\xff\xfe\0\0"
                          "\0\0\x11\0"s));
}

}  // namespace pipit::pep
