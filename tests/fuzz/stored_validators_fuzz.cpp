// Validators as they lie in the cache, and dates as servers write them: no input crashes, and what
// reads back is written as it was read.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "net/freshness.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  (void)pipit::net::parse_http_date(text);
  const pipit::net::Header header{"cache-control", std::string(text)};
  const auto read = pipit::net::read_validators({&header, 1}, 1'700'000'000);
  if (read.max_age < -1 || read.stored_at < 0) std::abort();
  const auto stored = pipit::net::decode_validators(text);
  if (!stored) return 0;
  (void)pipit::net::judge(*stored, 1'700'000'000);
  const auto again = pipit::net::decode_validators(pipit::net::encode_validators(*stored));
  if (!again || again->etag != stored->etag || again->max_age != stored->max_age) std::abort();
  return 0;
}
