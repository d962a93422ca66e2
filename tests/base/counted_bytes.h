// Bytes that differ from place to place, for tests of what is computed over pieces.
#pragma once
#include <string>

namespace pipit::base {

inline std::string counted_bytes(std::size_t size) {
  std::string out;
  for (std::size_t i = 0; i < size; ++i) out.push_back(static_cast<char>(i * 131 + i / 251));
  return out;
}

}  // namespace pipit::base
