// sysconfig and site, one behind the other with a null byte between: what is read of them are
// texts, and paths that are filled in are absolute and have no variables left.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/text.h"
#include "env/python/stdlib_layout.h"
#include "tests/env/python_texts.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace pipit;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto modules = base::split_once(bytes, '\0');
  for (const unsigned minor : {9, 12, 13}) {
    const env::LayoutNames names{minor, "", minor == 13};
    if (const auto path = env::fill_path(bytes, "/base", names))
      if (!path->starts_with('/')) std::abort();
    if (!modules) continue;
    const auto layout =
        env::layout_of(modules->first, modules->second, minor, env_test::made_up_texts());
    if (!layout) continue;
    for (const auto* scheme : {&layout->own, &layout->prefix, &layout->venv, &layout->user}) {
      for (const auto& [key, value] : *scheme)
        if (value.string()) (void)env::fill_path(*value.string(), "/base", names);
    }
    for (const std::string& site : env::site_directories(*layout, "/base", names))
      if (!site.starts_with("/base/")) std::abort();
  }
  return 0;
}
