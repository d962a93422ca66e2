// JSON from indexes and metadata: no input crashes, what is read can be written and read again to
// the same, and the scanner agrees with the parser about what is valid and what is not.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/text.h"
#include "tests/base/json_tree.h"

namespace {

using pipit::base::Json;

void check_round_trip(const Json& json) {
  const std::string once = pipit::base::to_json(json);
  const auto again = pipit::base::parse_json(once);
  if (!again || pipit::base::to_json(*again) != once) std::abort();
  const std::string indented = pipit::base::to_json(json, 2);
  if (!pipit::base::parse_json(indented)) std::abort();
}

/// Whole or in pieces, the scanner says the same.
void check_scan(std::string_view text, bool is_valid) {
  const auto whole = pipit::base::scanned(text);
  if (is_valid && !whole) std::abort();
  for (const std::size_t piece : {1, 3, 64}) {
    const auto pieces = pipit::base::scanned(text, piece);
    if (pieces.has_value() != whole.has_value()) std::abort();
    if (whole ? *pieces != *whole : pieces.error().message != whole.error().message) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto json = pipit::base::parse_json(text, 1u << 20);
  check_scan(text, json.has_value());
  const auto whole = pipit::base::scanned(text);
  if (pipit::base::is_utf8(text) && size <= 1u << 20) {
    if (whole.has_value() != json.has_value()) std::abort();
    if (!json && json.error().message != whole.error().message) std::abort();
  }
  if (json) check_round_trip(*json);
  return 0;
}
