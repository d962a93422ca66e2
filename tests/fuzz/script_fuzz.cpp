// Scripts: a block is found where one is, and its TOML is an answer or an error.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "pep/pyproject.h"
#include "pep/script_block.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace pipit;
  if (size > (1u << 20)) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto block = pep::find_script_block(text);
  if (!block || !*block) return 0;
  if ((*block)->line < 2 || text.find("# ///") == std::string_view::npos) std::abort();
  const auto script = pep::parse_script_metadata((*block)->toml);
  if (!script && !script.error().message.starts_with("line ")) std::abort();
  return 0;
}
