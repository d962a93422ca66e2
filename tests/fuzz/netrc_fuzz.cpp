// netrc files: no input crashes, and an entry that is found is one of those that were read.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "net/auth.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto entries = pipit::net::parse_netrc(text);
  for (const pipit::net::NetrcEntry& entry : entries) {
    if (!entry.machine.empty() && !pipit::net::find_netrc(entries, entry.machine)) std::abort();
  }
  return 0;
}
