// Lock files: what is read is written, and what is written reads back as the same text.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "pep/pylock.h"
#include "pep/pylock_select.h"
#include "pep/pylock_write.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace pipit;
  if (size > (1u << 20)) return 0;
  const auto lock = pep::parse_pylock({reinterpret_cast<const char*>(data), size});
  if (!lock) {
    if (lock.error().message.empty()) std::abort();
    return 0;
  }
  const std::string written = pep::write_pylock(*lock);
  const auto again = pep::parse_pylock(written);
  if (!again || pep::write_pylock(*again) != written) std::abort();
  pep::Target target;
  target.markers.python_version = "3.12";
  target.markers.python_full_version = "3.12.0";
  target.python = *pep::Version::parse("3.12.0");
  target.tags = pep::Tags({{"py3", "none", "any"}});
  const auto selected = pep::select_locked(*lock, target, {}, {});
  if (!selected) return 0;
  for (const pep::LockedPackage* package : *selected) pep::best_locked_wheel(*package, target.tags);
  return 0;
}
