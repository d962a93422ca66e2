// A checksum against accidents: bytes that a disk lost or changed, not those that somebody forged.
#pragma once
#include <cstdint>
#include <string_view>

namespace pipit::base {

/// XXH64 with seed 0, as its specification has it.
std::uint64_t checksum64(std::string_view bytes);

}  // namespace pipit::base
