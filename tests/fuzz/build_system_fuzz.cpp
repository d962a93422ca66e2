// [build-system]: what is read keeps to the tree and can be written again.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/path.h"
#include "pep/build_system.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace pipit;
  if (size > (1u << 20)) return 0;
  (void)pep::named_project({reinterpret_cast<const char*>(data), size});
  const auto system = pep::parse_build_system({reinterpret_cast<const char*>(data), size});
  if (!system) {
    if (!system.error().message.starts_with("line ")) std::abort();
    return 0;
  }
  if (system->backend.empty()) std::abort();
  for (const std::string& directory : system->path)
    if (!(base::absolute_path(base::join_path("/tree", directory)) + "/").starts_with("/tree/"))
      std::abort();
  for (const pep::Requirement& one : system->requires_build)
    if (one.name.empty() || !pep::parse_requirement(one.str())) std::abort();
  return 0;
}
