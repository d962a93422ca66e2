#include "base/crc32.h"
#include "base/hash.h"

#include <doctest/doctest.h>

#include <string>

#include "tests/base/counted_bytes.h"

namespace pipit::base {

TEST_CASE("hash: crc32 gives the check value, in any pieces") {
  CHECK_EQ(crc32(0, "123456789"), 0xcbf43926u);
  CHECK_EQ(crc32(0, ""), 0u);
  const std::string bytes = counted_bytes(100);
  const std::uint32_t whole = crc32(0, bytes);
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
    const std::string_view view = bytes;
    CHECK_EQ(crc32(crc32(0, view.substr(0, cut)), view.substr(cut)), whole);
  }
}

}  // namespace pipit::base
