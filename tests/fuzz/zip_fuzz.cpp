// Random access to a zip. Whatever it accepts, the forward reader must accept, too, with the same
// contents; and what the forward reader accepts, random access must.
#include <cstdint>
#include <cstdlib>
#include <map>
#include <memory>
#include <string>

#include "archive/byte_source.h"
#include "archive/zip.h"
#include "archive/zip_stream.h"

namespace {

using pipit::Result;
using pipit::archive::Take;
using pipit::archive::ZipEntry;
using Contents = std::map<std::string, std::string>;

pipit::archive::ZipLimits fuzz_limits() {
  pipit::archive::ZipLimits limits;
  limits.inflated_bytes = 8u << 20;
  limits.member_bytes = 4u << 20;
  limits.directory_bytes = 1u << 20;
  return limits;
}

Result<Contents> fuzz_random(const std::string& bytes) {
  PIPIT_TRY(auto zip,
            pipit::archive::Zip::open(std::make_shared<pipit::archive::MemorySource>(bytes), "z",
                                      fuzz_limits()));
  Contents contents;
  for (const ZipEntry& entry : zip.entries()) {
    PIPIT_TRY(contents[entry.name], zip.extract(entry, 4u << 20));
  }
  return contents;
}

Result<Contents> fuzz_stream(const std::string& bytes, bool lease, bool& random_only) {
  Contents contents;
  std::string* current = nullptr;
  pipit::archive::ZipSink sink;
  sink.begin = [&](const ZipEntry& entry) -> Result<Take> {
    current = &contents[entry.name];
    return Take::content;
  };
  sink.data = [&](std::string_view piece) -> Result<void> {
    current->append(piece);
    return {};
  };
  sink.end = [](const ZipEntry&) -> Result<void> { return {}; };
  pipit::archive::MemoryLease memory;
  if (lease) memory = [](std::uint64_t) { return std::make_shared<int>(0); };
  pipit::archive::ZipStream zip("z", std::move(sink), std::move(memory), fuzz_limits());
  Result<void> fed;
  for (std::size_t at = 0, piece = 1; fed && at < bytes.size();
       at += piece, piece = piece % 97 + 1) {
    fed = zip.feed(std::string_view(bytes).substr(at, piece));
  }
  if (fed) fed = zip.finish();
  random_only = zip.needs_random_access();
  if (!fed) return pipit::fail(fed.error());
  return contents;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string bytes(reinterpret_cast<const char*>(data), size);
  bool random_only = false;
  auto random = fuzz_random(bytes);
  auto collected = fuzz_stream(bytes, true, random_only);
  auto windowed = fuzz_stream(bytes, false, random_only);
  if (collected.has_value() != windowed.has_value()) std::abort();
  if (!random_only && random.has_value() != collected.has_value()) std::abort();
  if (collected && (*collected != *windowed || *collected != *random)) std::abort();
  return 0;
}
