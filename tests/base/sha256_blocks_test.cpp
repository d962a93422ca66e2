#include "base/sha256_blocks.h"

#include <doctest/doctest.h>

#include <string>

#include "tests/base/counted_bytes.h"

namespace pipit::base {

TEST_CASE("hash: the processor's rounds equal the portable ones") {
  const std::string bytes = counted_bytes(64 * 17);
  const auto* data = reinterpret_cast<const std::uint8_t*>(bytes.data());
  std::array<std::uint32_t, 8> fast = {1, 2, 3, 4, 5, 6, 7, 0xffffffff}, plain = fast;
  for (std::size_t blocks : {1, 2, 17}) {
    sha256_blocks(fast, data, blocks);
    sha256_blocks_portable(plain, data, blocks);
    CHECK(fast == plain);
  }
}

TEST_CASE("hash: no block changes nothing, and one that is padded gives the standard's answer") {
  constexpr std::array<std::uint32_t, 8> kBegin = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                                   0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  std::array<std::uint8_t, 64> block{};  // "abc" (FIPS 180-4, section 5.1.1)
  block[0] = 'a', block[1] = 'b', block[2] = 'c', block[3] = 0x80, block[63] = 24;
  for (const auto rounds : {sha256_blocks, sha256_blocks_portable}) {
    auto state = kBegin;
    rounds(state, block.data(), 0);
    CHECK(state == kBegin);
    rounds(state, block.data(), 1);
    CHECK_EQ(state[0], 0xba7816bf);
    CHECK_EQ(state[7], 0xf20015ad);
  }
}

}  // namespace pipit::base
