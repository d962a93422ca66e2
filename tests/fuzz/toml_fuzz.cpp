// TOML: strings that come out are UTF-8, can be written, and read back as they were.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/text.h"
#include "base/toml.h"

namespace {

void check_text(const std::string& text) {
  if (!pipit::base::is_utf8(text)) std::abort();
  std::string written = "a = ";
  pipit::base::append_toml_string(written, text);
  const auto again = pipit::base::parse_toml(written);
  if (!again || *again->find("a")->string() != text) std::abort();
}

void check_value(const pipit::base::Toml& value) {
  if (const std::string* text = value.string()) check_text(*text);
  if (const auto* array = value.array())
    for (const auto& item : *array) check_value(item);
  if (const auto* table = value.table())
    for (const auto& [key, member] : *table) {
      check_text(key);
      check_value(member);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto document = pipit::base::parse_toml(text, 1u << 20);
  if (!document) {
    if (!document.error().message.starts_with("line ")) std::abort();
    return 0;
  }
  check_value(*document);
  return 0;
}
