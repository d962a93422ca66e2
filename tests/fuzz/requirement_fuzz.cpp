// Requirements: text reads back as itself; the lenient reader takes all that the strict one takes.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "pep/requirement.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto lenient = pipit::pep::parse_requirement_lenient(text);
  if (lenient && lenient->name.empty()) std::abort();
  const auto strict = pipit::pep::parse_requirement(text);
  if (!strict) return 0;
  const std::string written = strict->str();
  const auto again = pipit::pep::parse_requirement(written);
  if (!again || again->str() != written) std::abort();
  return 0;
}
