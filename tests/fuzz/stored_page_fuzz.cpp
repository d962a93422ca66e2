#include <cstdint>
#include <memory>

#include "index/page_builder.h"
#include "index/page_codec.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  (void)pipit::index::decode_page(
      std::make_shared<const std::string>(reinterpret_cast<const char*>(data), size));
  return 0;
}
