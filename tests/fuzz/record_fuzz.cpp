// RECORD and entry_points.txt: rows that are read are written and read again as the same rows.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "pep/entry_points.h"
#include "pep/record.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto points = pipit::pep::parse_entry_points(text);
  if (points) {
    for (const auto& point : *points) {
      if (point.name.empty() || point.name.find('/') != std::string::npos) std::abort();
    }
  }
  const auto rows = pipit::pep::parse_record(text, 1000);
  if (!rows) return 0;
  for (const auto& row : *rows) {
    if (row.path.empty() || row.path.find('\0') != std::string::npos) std::abort();
  }
  const std::string written = pipit::pep::write_record(*rows);
  const auto again = pipit::pep::parse_record(written, 1000);
  if (!again || pipit::pep::write_record(*again) != written) std::abort();
  return 0;
}
