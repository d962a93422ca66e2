// Executables and C libraries: no input crashes, and a loader's name is text from the file.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "env/python/elf_libc.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view file(reinterpret_cast<const char*>(data), size);
  const auto loader = pipit::env::elf_loader(file);
  if (loader && file.find(*loader) == std::string_view::npos) std::abort();
  (void)pipit::env::glibc_in(file);
  (void)pipit::env::musl_in(file);
  return 0;
}
