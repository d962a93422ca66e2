// An answer as it lies in the cache: no input crashes, and what reads back is written as it was read.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "net/stored_answer.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using pipit::base::SharedText;
  const auto stored =
      pipit::net::decode_stored(SharedText(std::string(reinterpret_cast<const char*>(data), size)));
  if (!stored) return 0;
  const std::string written =
      pipit::net::encode_stored(stored->validators, stored->url, stored->content.text);
  const auto again = pipit::net::decode_stored(SharedText(written));
  if (!again || again->content.text != stored->content.text) std::abort();
  if (again->validators.etag != stored->validators.etag) std::abort();
  return 0;
}
