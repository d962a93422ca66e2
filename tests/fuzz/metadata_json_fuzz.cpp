// METADATA as JSON: it is JSON, and what decides a resolution is what the text says.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/text.h"
#include "distribution/metadata/json.h"

namespace {

bool says_the_same(const pipit::pep::Metadata& a, const pipit::pep::Metadata& b) {
  if (a.name != b.name || a.version != b.version || a.provides_extra != b.provides_extra ||
      a.dynamic != b.dynamic || a.requires_python_text != b.requires_python_text ||
      a.requires_dist.size() != b.requires_dist.size())
    return false;
  for (std::size_t i = 0; i < a.requires_dist.size(); ++i)
    if (a.requires_dist[i].str() != b.requires_dist[i].str()) return false;
  return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace pipit;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto json = base::parse_json(base::to_json(distribution::metadata_json(text)));
  if (!base::is_utf8(text)) return 0;  // names of fields may be anything
  if (!json) std::abort();
  const auto told = distribution::metadata_of_json(*json), wanted = pep::parse_metadata(text);
  if (told.has_value() != wanted.has_value()) std::abort();
  if (told && !says_the_same(*told, *wanted)) std::abort();
  return 0;
}
