#include <cstdint>
#include <string>

#include "index/page_builder.h"
#include "index/page_codec.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto page = pipit::index::decode_page(
      pipit::base::SharedText(std::string(reinterpret_cast<const char*>(data), size)));
  if (!page) return 0;
  for (const pipit::index::Release& release : (*page)->releases)
    for (const pipit::index::File& file : release.files) (void)check_hashes(file);
  return 0;
}
