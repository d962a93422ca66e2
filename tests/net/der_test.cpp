#include "net/der.h"

#include <doctest/doctest.h>

#include <string>

namespace pipit {

using namespace std::string_literals;

TEST_CASE("der: lengths that lie are refused") {
  for (const std::string& bytes : {"\x30\x80"s, "\x30\x05\x01"s, "\x30\x84\xff\xff\xff\xff"s,
                                   "\x30\x85\x01\x01\x01\x01\x01"s, "\x1f\x01\x01"s, "\x30"s}) {
    std::string_view rest = bytes;
    CHECK_FALSE(net::take_der(rest));
    CHECK_EQ(rest.size(), bytes.size());
  }
}

TEST_CASE("der: elements one after the other, with lengths of any form") {
  const std::string bytes = "\x02\x01\x07\x04\x81\x80"s + std::string(128, 'x') +
                            "\x30\x82\x01\x00"s + std::string(256, 'y') + "\x05\x00rest"s;
  std::string_view rest = bytes;
  const auto number = net::take_der(rest);
  REQUIRE(number);
  CHECK_EQ(number->tag, 2);
  CHECK_EQ(number->body, "\x07");
  CHECK_EQ(number->whole, "\x02\x01\x07");
  const auto text = net::take_der(rest);
  REQUIRE(text);
  CHECK_EQ(text->body.size(), 128);
  CHECK_EQ(text->whole.size(), 131);
  const auto sequence = net::take_der(rest);
  REQUIRE(sequence);
  CHECK_EQ(sequence->body.size(), 256);
  REQUIRE(net::take_der(rest));
  CHECK_EQ(rest, "rest");
}

TEST_CASE("der: what is no certificate") {
  CHECK_FALSE(net::read_certificate(""));
  CHECK_FALSE(net::read_certificate("\x30\x00"s));
  CHECK_FALSE(net::certificate_subject("\x30\x03\x02\x01\x01"s));
}

}  // namespace pipit
