// Packs of files: whatever is read leads nowhere else, and packs to the same again.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/path.h"
#include "build_frontend/bytecode.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace pipit;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto files = build_frontend::unpack_files(text);
  if (!files) return 0;
  for (const build_frontend::PackedFile& file : *files)
    if (!base::absolute_path(base::join_path("/site", file.path)).starts_with("/site/"))
      std::abort();
  if (build_frontend::pack_files(*files) != text) std::abort();
  return 0;
}
