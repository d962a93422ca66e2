// Specifier sets: text reads back; the lenient reader takes all that the strict one takes.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "pep/specifier.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  // The first line is the set, the second a candidate.
  const std::size_t end = std::min(text.find('\n'), text.size());
  const auto strict = pipit::pep::SpecifierSet::parse(text.substr(0, end));
  const auto lenient = pipit::pep::SpecifierSet::parse_lenient(text.substr(0, end));
  if (!strict) return 0;
  if (!lenient || !(*lenient == *strict)) std::abort();
  const auto again = pipit::pep::SpecifierSet::parse(strict->str());
  if (!again || !(*again == *strict)) std::abort();
  const auto candidate = pipit::pep::Version::parse(text.substr(std::min(end + 1, text.size())));
  if (candidate && strict->contains(*candidate) != again->contains(*candidate)) std::abort();
  return 0;
}
