// CRC-32 is libdeflate's: every byte that is unpacked passes here, and it uses carry-less
// multiplication where the processor has it.
#include "base/crc32.h"

#include <libdeflate.h>

namespace pipit::base {

std::uint32_t crc32(std::uint32_t crc, std::string_view bytes) {
  // For a null buffer libdeflate gives the start value, whatever `crc` is.
  if (bytes.empty()) return crc;
  return libdeflate_crc32(crc, bytes.data(), bytes.size());
}

}  // namespace pipit::base
