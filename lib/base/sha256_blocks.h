// The compression function of SHA-256 (FIPS 180-4, section 6.2.2), by the processor's instructions
// where it has them.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>

namespace pipit::base {

/// Takes `count` blocks of 64 bytes into `state`. Pure; any thread.
void sha256_blocks(std::array<std::uint32_t, 8>& state, const std::uint8_t* data,
                   std::size_t count);
/// The same without special instructions; the tests compare both.
void sha256_blocks_portable(std::array<std::uint32_t, 8>& state, const std::uint8_t* data,
                            std::size_t count);

}  // namespace pipit::base
