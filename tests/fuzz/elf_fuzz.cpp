// Executables and C libraries: no input crashes, and names in them are text from the file.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "env/python/elf_file.h"
#include "env/python/elf_libc.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace pipit::env;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const ByteReader read = reader_of_bytes(bytes);
  if (const auto file = read_elf(read)) {
    if (bytes.find(file->loader) == std::string_view::npos) std::abort();
    for (const std::string& name : file->needed)
      if (bytes.find(name) == std::string_view::npos) std::abort();
    for_constants(*file, read, 64, [](std::string_view piece) { return piece.empty(); });
  }
  (void)glibc_in(bytes);
  (void)musl_in(bytes);
  return 0;
}
