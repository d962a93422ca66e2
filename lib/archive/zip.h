// Reads a zip file by random access: local files, source archives, and the tail of a file from a
// server's byte range.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "archive/byte_source.h"
#include "archive/zip_format.h"
#include "base/result.h"

namespace pipit::archive {

/// Errors are Code::bad_archive and begin with the archive's name; errors of the source pass
/// through unchanged. One thread at a time.
class Zip {
 public:
  /// Reads the directory and every local header, and checks them against each other as ZipStream
  /// does. The contents (checksums, deflate data) are checked when they are extracted.
  static Result<Zip> open(std::shared_ptr<ByteSource> source, std::string archive,
                          const ZipLimits& limits = {});
  /// Reads the directory alone, for a source that does not have all bytes. A member's local header
  /// is checked when the member is extracted.
  static Result<Zip> open_directory(std::shared_ptr<ByteSource> source, std::string archive,
                                    const ZipLimits& limits = {});

  const std::string& archive() const { return archive_; }
  /// In the order of their offsets (open) or of the directory (open_directory).
  const std::vector<ZipEntry>& entries() const { return entries_; }
  /// nullptr when there is no such member. Names are compared byte by byte.
  const ZipEntry* find(std::string_view name) const;
  /// Where the central directory begins.
  std::uint64_t directory_offset() const { return directory_offset_; }

  /// The content, with its size and checksum checked. More than `max_size` bytes are an error
  /// before anything is inflated.
  Result<std::string> extract(const ZipEntry& entry, std::uint64_t max_size) const;
  /// The same in pieces, in fixed memory. An error of `out` ends the reading and is returned.
  Result<void> extract_to(const ZipEntry& entry,
                          const std::function<Result<void>(std::string_view)>& out) const;

 private:
  Zip(std::shared_ptr<ByteSource> source, std::string archive)
      : source_(std::move(source)), archive_(std::move(archive)) {}
  Result<void> read_end(const ZipLimits& limits);
  Result<void> read_zip64_end(std::string_view end, std::uint64_t end_offset);
  Result<void> read_directory(const ZipLimits& limits);
  Result<void> check_locals(const ZipLimits& limits);
  Result<std::uint64_t> check_local(const ZipEntry& central, ZipEntry& local) const;
  Result<ZipEntry> read_local(std::uint64_t offset) const;
  Result<std::uint64_t> data_offset(const ZipEntry& entry) const;
  Error named(Error error) const;

  std::shared_ptr<ByteSource> source_;
  std::string archive_;
  std::vector<ZipEntry> entries_;
  ZipEnd end_;
  std::uint64_t directory_offset_ = 0;
};

}  // namespace pipit::archive
