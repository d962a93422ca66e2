// METADATA from the end of a wheel. The first two bytes say how much of the file comes at first;
// what is asked for is given, and after a few rounds there must be an answer: the one that the
// whole file gives, or an error.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "distribution/metadata/tail.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  std::size_t first = static_cast<std::size_t>(data[0]) << 8 | data[1];
  std::string file(reinterpret_cast<const char*>(data) + 2, size - 2);
  const char* name = "demo-1.0-py3-none-any.whl";
  std::size_t begin = file.size() - std::min(first, file.size());
  auto whole = pipit::distribution::Tail(name, file.size(), file).metadata();
  if (whole && whole->missing) std::abort();
  pipit::distribution::Tail tail(name, file.size(), file.substr(begin));
  for (int round = 0; round < 6; ++round) {
    auto answer = tail.metadata();
    if (!answer) return 0;
    if (!answer->missing) {
      if (!whole || whole->metadata != answer->metadata) std::abort();
      return 0;
    }
    auto missing = *answer->missing;
    if (missing.offset > file.size() || missing.length > file.size() - missing.offset) return 0;
    tail.add(missing.offset, file.substr(missing.offset, missing.length));
  }
  std::abort();
}
