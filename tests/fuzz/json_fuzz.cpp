// JSON from indexes and metadata: no input crashes, what is read can be written and read again to
// the same, and the events agree with the document about what is valid.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/text.h"

namespace {

using pipit::base::Json;

void check_round_trip(const Json& json) {
  const std::string once = pipit::base::to_json(json);
  const auto again = pipit::base::parse_json(once);
  if (!again || pipit::base::to_json(*again) != once) std::abort();
  const std::string indented = pipit::base::to_json(json, 2);
  if (!pipit::base::parse_json(indented)) std::abort();
}

/// Depth that the events report; they must close all they open when the document is valid.
bool events_balance(std::string_view text, bool& valid) {
  long depth = 0;
  pipit::base::JsonEvents events;
  const auto open = [&] { return ++depth <= 64; };
  const auto close = [&] { return --depth >= 0; };
  events.begin_object = events.begin_array = open;
  events.end_object = events.end_array = close;
  valid = pipit::base::parse_json_events(text, events).has_value();
  return !valid || depth == 0;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto json = pipit::base::parse_json(text, 1u << 20);
  bool valid = false;
  if (!events_balance(text, valid)) std::abort();
  if (json && !valid) std::abort();
  if (json) check_round_trip(*json);
  return 0;
}
