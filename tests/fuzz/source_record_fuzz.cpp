// source.json: what is read can be written and read again, and says the same.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "distribution/metadata/json.h"
#include "distribution/source/built_cache.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace pipit;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto record = distribution::decode_source_record(text);
  if (!record) return 0;
  const std::string encoded = distribution::encode_source_record(*record);
  const auto again = distribution::decode_source_record(encoded);
  if (!again || distribution::encode_source_record(*again) != encoded) std::abort();
  for (const auto& [interpreter, metadata] : record->prepared)
    (void)distribution::metadata_of_json(metadata);
  return 0;
}
