// Heads of HTTP answers: no input crashes, and what is accepted has names in lower case, no control
// characters in its values, and one way only to tell where the content ends.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/text.h"
#include "net/head.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::size_t length = pipit::net::head_length(text);
  if (length > size) std::abort();
  const auto head = pipit::net::parse_head(text.substr(0, length));
  if (!head) return 0;
  bool has_length = false, has_coding = false;
  for (const pipit::net::Header& header : head->head.headers) {
    if (header.name.empty() || header.name != pipit::base::to_lower(header.name)) std::abort();
    if (header.value.find_first_of("\r\n") != std::string::npos) std::abort();
    has_length = has_length || header.name == "content-length";
    has_coding = has_coding || header.name == "transfer-encoding";
  }
  if (has_length && has_coding) std::abort();
  return 0;
}
