// gzip in one piece and in many: the same answer.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "archive/gzip.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  constexpr std::uint64_t kMax = 4u << 20;
  auto whole = pipit::archive::gunzip(bytes, kMax);
  std::string pieces;
  pipit::archive::GunzipStream stream(
      [&](std::string_view piece) -> pipit::Result<void> {
        pieces.append(piece);
        return {};
      },
      kMax);
  pipit::Result<void> fed;
  for (std::size_t at = 0; fed && at < size; at += 3) fed = stream.feed(bytes.substr(at, 3));
  if (fed) fed = stream.finish();
  if (fed.has_value() != whole.has_value()) std::abort();
  if (whole && *whole != pieces) std::abort();
  return 0;
}
