// The books of one zip file: local headers on one side, the central directory on the other, and
// both must balance.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "archive/zip_format.h"
#include "base/result.h"

namespace pipit::archive {

/// Used by both readers, so that a wheel is judged alike whether it comes over a wire or lies on
/// disk. Local headers are entered in the order of their offsets. All errors are Code::bad_archive;
/// messages name the member, not the archive.
class ZipLedger {
 public:
  explicit ZipLedger(const ZipLimits& limits) : limits_(limits) {}

  /// A member's local header: its name must be new, and no file may be another member's directory.
  Result<void> add_local(ZipEntry entry);
  /// The member entered last, to fill in sizes that came behind its data.
  ZipEntry& last() { return entries_.back(); }
  /// Counts inflated bytes against the limits.
  Result<void> add_inflated(std::uint64_t bytes);

  /// A header of the directory: its member must have been entered, agree in every field, and not
  /// have been met before. Takes over what only the directory knows (the mode).
  Result<void> add_central(const ZipEntry& entry);
  /// The end record against what was really there.
  Result<void> check_end(const ZipEnd& end, std::uint64_t directory_offset,
                         std::uint64_t directory_size) const;

  const std::vector<ZipEntry>& entries() const { return entries_; }
  std::vector<ZipEntry> take_entries() { return std::move(entries_); }

 private:
  enum class NodeKind : std::uint8_t { file, directory, implied };
  Result<void> add_name(std::string_view name, bool directory);
  Result<void> add_parents(std::string_view path, std::string_view member);

  ZipLimits limits_;
  std::vector<ZipEntry> entries_;
  std::vector<bool> met_;  // by index of entries_: seen in the directory
  std::uint64_t met_count_ = 0;
  std::uint64_t inflated_ = 0;
  std::unordered_map<std::string, NodeKind> tree_;
  std::string last_parent_;  // members of one directory come together: saves the walk
};

}  // namespace pipit::archive
