#include "base/checksum.h"

#include <doctest/doctest.h>

#include <string>

namespace pipit::base {

TEST_CASE("checksum: the values of XXH64") {
  CHECK_EQ(checksum64(""), 0xEF46DB3751D8E999);
  CHECK_EQ(checksum64("a"), 0xD24EC4F1A98C6E5B);
  CHECK_EQ(checksum64("abc"), 0x44BC2CF5AD770999);
  CHECK_EQ(checksum64("Nobody inspects the spammish repetition"), 0xFBCEA83C8A378BF1);
}

TEST_CASE("checksum: every bit and the length count") {
  std::string text(100, 'x');
  const std::uint64_t sum = checksum64(text);
  for (char& byte : text)
    for (int bit = 1; bit < 256; bit *= 2) {
      byte = static_cast<char>(byte ^ bit);
      CHECK_NE(checksum64(text), sum);
      byte = static_cast<char>(byte ^ bit);
    }
  for (std::size_t size = 0; size < text.size(); ++size)
    CHECK_NE(checksum64(std::string_view(text).substr(0, size)), sum);
}

}  // namespace pipit::base
