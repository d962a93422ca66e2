// .pth files: no line of code is overlooked, wherever it stands.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/text.h"
#include "env/python/site_code.h"
#include "tests/env/python_texts.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace pipit;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const env::KnownTexts& known = env_test::made_up_texts();
  const bool found = env::has_code(bytes, known);
  if (found != env::has_code(cat("\n", bytes, "\n"), known)) std::abort();
  for (const std::string_view line : base::split(bytes, '\n')) {
    if (env::has_code(line, known) && !found) std::abort();
    const bool is_code = line.starts_with("import ") || line.starts_with("import\t");
    const std::string_view code = base::trim(line);
    if (!is_code || found) continue;
    // Only these may be passed over. What Python does with a carriage return is not asked here.
    if (code.find('\r') == std::string_view::npos && code != env_test::kHookOfImports &&
        code != "import _virtualenv" && !code.starts_with("import __editable___"))
      std::abort();
  }
  for (const std::string_view code : {"import os", "import\tos", "import __editable___x_finder"})
    if (!env::has_code(cat(bytes, "\n", code), known)) std::abort();
  return 0;
}
