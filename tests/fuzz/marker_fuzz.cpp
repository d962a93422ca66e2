// Markers: canonical text reads back as itself and means the same.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "pep/marker/marker.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto marker = pipit::pep::Marker::parse(text);
  if (!marker) return 0;
  const std::string written = marker->str();
  const auto again = pipit::pep::Marker::parse(written);
  if (!again || again->str() != written) std::abort();
  pipit::pep::MarkerEnvironment env;
  env.python_version = "3.12";
  env.os_name = "posix";
  if (marker->evaluate(env) != again->evaluate(env)) std::abort();
  if ((*marker & *again).str() != written || (*marker | *again).str() != written) std::abort();
  return 0;
}
