// Checks the local headers of one zip file against its central directory: both must say the same.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "archive/zip_format.h"
#include "base/result.h"

namespace pipit::archive {

/// Both readers use it, so a wheel is judged alike whether it arrives from a server or lies on
/// disk. Local headers are added in the order of their offsets. All errors are Code::bad_archive;
/// messages name the member, not the archive.
class ZipLedger {
 public:
  explicit ZipLedger(const ZipLimits& limits) : limits_(limits) {}

  /// Adds a member's local header: its name must be new (but see ZipLimits::repeated_files), and
  /// no file may have the name of another member's directory.
  Result<void> add_local(ZipEntry entry);
  /// The member added last, to fill in sizes that followed its data.
  ZipEntry& last() { return entries_.back(); }
  /// Counts inflated bytes against the limits.
  Result<void> add_inflated(std::uint64_t bytes);

  /// Adds a header of the directory: its member must have been added, agree in every field, and not
  /// have been listed before. Copies what only the directory knows (the mode).
  Result<void> add_central(const ZipEntry& entry);
  /// Checks the end record against what was really read.
  Result<void> check_end(const ZipEnd& end, std::uint64_t directory_offset,
                         std::uint64_t directory_size) const;

  const std::vector<ZipEntry>& entries() const { return entries_; }
  std::vector<ZipEntry> take_entries() { return std::move(entries_); }

 private:
  enum class NodeKind : std::uint8_t { file, directory, implied };
  Result<bool> add_name(std::string_view name, bool directory);
  Result<void> add_parents(std::string_view path, std::string_view member);

  ZipLimits limits_;
  std::vector<ZipEntry> entries_;
  std::vector<bool> met_;  // by index of entries_: whether the directory has listed it
  std::uint64_t met_count_ = 0;
  std::uint64_t inflated_ = 0;
  std::unordered_map<std::string, NodeKind> tree_;
  std::string last_parent_;  // members of one directory come together: saves the walk
};

}  // namespace pipit::archive
