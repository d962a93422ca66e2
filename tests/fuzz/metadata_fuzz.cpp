// METADATA: what is read survives the cache's form.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "pep/metadata.h"
#include "pep/metadata_codec.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto metadata = pipit::pep::parse_metadata(text);
  const auto cached = pipit::pep::decode_metadata(text);
  if (cached && cached->name.empty()) std::abort();
  pipit::pep::metadata_field(text, "License");
  if (!metadata) return 0;
  const std::string encoded = pipit::pep::encode_metadata(*metadata);
  const auto again = pipit::pep::decode_metadata(encoded);
  if (!again || pipit::pep::encode_metadata(*again) != encoded) std::abort();
  return 0;
}
