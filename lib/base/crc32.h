// The checksum of zip and gzip.
#pragma once
#include <cstdint>
#include <string_view>

namespace pipit::base {

/// CRC-32 as in zip and gzip; start with 0.
std::uint32_t crc32(std::uint32_t crc, std::string_view bytes);

}  // namespace pipit::base
