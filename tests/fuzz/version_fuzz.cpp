// Versions: the normal form of what is read reads back as the same version.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "pep/version.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto version = pipit::pep::Version::parse(text);
  if (!version) return 0;
  const auto again = pipit::pep::Version::parse(version->str());
  if (!again || *again != *version || again->str() != version->str()) std::abort();
  if (version->public_version() > *version || version->base_version().has_local()) std::abort();
  return 0;
}
