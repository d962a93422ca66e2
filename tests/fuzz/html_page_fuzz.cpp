#include <cstdint>

#include "index/page_codec.h"
#include "index/page_parse.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto url = pipit::base::parse_url("https://index.example/simple/foo/");
  auto stored = pipit::index::parse_page(text, {"foo", "https://index.example/simple/", *url});
  if (stored && !pipit::index::decode_page(pipit::base::SharedText(*stored))) __builtin_trap();
  (void)pipit::index::parse_links(text, *url);
  return 0;
}
