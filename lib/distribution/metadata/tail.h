// Finds METADATA in the last bytes of a wheel, and in as few more as it takes.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "archive/byte_source.h"
#include "archive/zip.h"
#include "base/result.h"

namespace pipit::distribution {

/// The wheel's own METADATA among a zip's members, if it is small enough to be read.
/// Code::bad_wheel when there is none or more than one.
Result<archive::ZipEntry> metadata_entry(const archive::Zip& zip, std::string_view file_name);

/// A wheel of known length of which the end, and perhaps another piece, is here. Pure: it reports
/// what is missing and fetches nothing.
class Tail {
 public:
  /// `bytes` are the last ones of a file of `file_size`.
  Tail(std::string file_name, std::uint64_t file_size, std::string bytes);

  struct Missing {
    std::uint64_t offset = 0, length = 0;
  };
  struct Answer {
    std::string metadata;            // when nothing is missing
    std::optional<Missing> missing;  // add() this, then call metadata() again
  };
  /// Code::bad_archive or bad_wheel when this is not a wheel with METADATA. Looks at nothing but
  /// the directory and that one member.
  Result<Answer> metadata();
  /// More bytes, from `offset`.
  void add(std::uint64_t offset, std::string bytes);

 private:
  class Windows;
  Result<Answer> try_metadata(std::optional<Missing>& hint);

  std::string file_name_;
  std::shared_ptr<Windows> windows_;
};

}  // namespace pipit::distribution
