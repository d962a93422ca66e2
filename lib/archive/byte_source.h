// Bytes at an offset: all that random access to an archive needs, wherever the bytes are.
#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "base/fd.h"
#include "base/result.h"

namespace pipit::archive {

/// A file on this machine, bytes in memory, or (in a room above) byte ranges of a file on a server.
/// One thread at a time.
class ByteSource {
 public:
  virtual ~ByteSource() = default;
  /// The number of bytes in all.
  virtual std::uint64_t size() const = 0;
  /// Fills `out` with the bytes from `offset`. Code::bad_archive when they reach beyond the end.
  virtual Result<void> read_at(std::uint64_t offset, std::span<char> out) = 0;
};

/// A regular file. Its size is taken when it is opened.
class FileSource final : public ByteSource {
 public:
  /// Code::not_found, or Code::io when it is not a regular file or cannot be read.
  static Result<std::unique_ptr<FileSource>> open(const std::string& path);
  std::uint64_t size() const override { return size_; }
  Result<void> read_at(std::uint64_t offset, std::span<char> out) override;

 private:
  FileSource(base::Fd fd, std::uint64_t size, std::string path);
  base::Fd fd_;
  std::uint64_t size_;
  std::string path_;
};

/// Bytes in memory, which it owns.
class MemorySource final : public ByteSource {
 public:
  explicit MemorySource(std::string bytes) : bytes_(std::move(bytes)) {}
  std::uint64_t size() const override { return bytes_.size(); }
  Result<void> read_at(std::uint64_t offset, std::span<char> out) override;

 private:
  std::string bytes_;
};

}  // namespace pipit::archive
