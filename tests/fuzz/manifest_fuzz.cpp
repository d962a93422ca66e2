// Manifests and entries of the cache. The checksum would stop a fuzzer at the door, so it is put
// right before the rest is tried.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/text.h"
#include "cache/entry.h"
#include "cache/manifest.h"
#include "cache/wheel.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace pipit;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  (void)cache::decode_manifest(text, "/entry");
  const std::string sealed = cat(text, "end ", base::sha256_hex(text), "\n");
  if (const auto wheel = cache::decode_manifest(sealed, "/entry")) {
    const std::string encoded = cache::encode_manifest(*wheel);
    const auto again = cache::decode_manifest(encoded, "/entry");
    if (!again || cache::encode_manifest(*again) != encoded) std::abort();
  }
  for (bool json : {false, true}) {
    (void)cache::decode_entry(std::string(text), json);
    if (cache::decode_entry(cache::encode_entry(text, json), json) != text) std::abort();
  }
  return 0;
}
