// RECORD (recording installed projects specification, PEP 376, 427, 627).
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace pipit::pep {

struct RecordRow {
  std::string path;            // "/" separated, as written
  std::string hash_algorithm;  // "sha256", "" when none
  std::string hash;            // base64url without padding
  std::optional<std::uint64_t> size;
};
/// Parses CSV as the csv module does (quotes, embedded commas). Code::parse on broken CSV, a path
/// with a null byte or more than `max_rows` rows.
Result<std::vector<RecordRow>> parse_record(std::string_view text,
                                            std::size_t max_rows = 2'000'000);
/// Rows in the given order, "\n" line ends, quoting only where needed.
std::string write_record(const std::vector<RecordRow>& rows);

}  // namespace pipit::pep
