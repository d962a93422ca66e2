// Dictionaries in Python's notation: what was read can be written and read again.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/text.h"
#include "env/python/literal.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  (void)pipit::env::read_sysconfigdata(bytes);
  std::string_view rest = bytes;
  const auto found = pipit::env::read_dictionary(rest);
  if (!found) return 0;
  if (rest.size() >= bytes.size()) std::abort();
  std::string written = "{";
  for (const auto& [key, value] : *found) {
    const auto quoted = [](const std::string& text) {
      std::string out = "'";
      for (const char c : text) {
        if (c == '\n')
          out += "\\n";
        else if (c == '\'' || c == '\\')
          out += pipit::cat("\\", c);
        else
          out += c;
      }
      return out + "'";
    };
    written +=
        pipit::cat(quoted(key), ": ",
                   value.string() ? quoted(*value.string()) : pipit::cat(*value.integer()), ", ");
  }
  written += "}";
  std::string_view again = written;
  const auto second = pipit::env::read_dictionary(again);
  const auto text = [](const pipit::base::Json::Object& object) {
    return pipit::base::to_json(pipit::base::Json(object));
  };
  if (!second || text(*second) != text(*found)) std::abort();
  return 0;
}
