// direct_url.json and pyvenv.cfg: no input crashes, and what was read is read the same once
// written.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "env/direct_url.h"
#include "env/python/pyvenv_cfg.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  (void)pipit::env::parse_pyvenv_cfg(text);
  const auto origin = pipit::env::parse_direct_url(text);
  if (!origin) return 0;
  const std::string written = pipit::env::write_direct_url(*origin);
  const auto again = pipit::env::parse_direct_url(written);
  if (!again || pipit::env::write_direct_url(*again) != written) std::abort();
  return 0;
}
