// tar: no member leads out of the archive, and the pieces do not matter.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "archive/tar_stream.h"
#include "base/text.h"

namespace {

std::string fuzz_tar(std::string_view bytes, std::size_t piece, bool& good) {
  std::string seen;
  pipit::archive::TarSink sink;
  sink.begin = [&](const pipit::archive::TarEntry& entry) -> pipit::Result<pipit::archive::Take> {
    if (entry.name.starts_with('/') || entry.name == ".." || entry.name.starts_with("../"))
      std::abort();
    seen += pipit::cat(entry.name, "\n", entry.target, "\n", entry.size, "\n");
    return pipit::archive::Take::content;
  };
  sink.data = [&](std::string_view part) -> pipit::Result<void> {
    seen.append(part);
    return {};
  };
  sink.end = [](const pipit::archive::TarEntry&) -> pipit::Result<void> { return {}; };
  pipit::archive::TarStream tar("t", std::move(sink));
  pipit::Result<void> fed;
  for (std::size_t at = 0; fed && at < bytes.size(); at += piece)
    fed = tar.feed(bytes.substr(at, piece));
  if (fed) fed = tar.finish();
  good = fed.has_value();
  return seen;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  bool whole_good = false, pieces_good = false;
  std::string whole = fuzz_tar(bytes, bytes.size() + 1, whole_good);
  std::string pieces = fuzz_tar(bytes, 7, pieces_good);
  if (whole_good != pieces_good || (whole_good && whole != pieces)) std::abort();
  return 0;
}
