// A zip file as a whole must answer two questions, whichever way it is read: do the local headers
// and the directory agree, and does every name have a place of its own? For the second a tree of
// all paths is kept, including directories that are only implied ("a" by "a/b"): "a" as a file and
// "a/b" as another cannot both be unpacked, and which of them wins would depend on the order.
#include "archive/zip_ledger.h"

#include <algorithm>

#include "base/text.h"

namespace pipit::archive {
namespace {

std::unexpected<Error> unbalanced(std::string_view member, std::string_view why) {
  return fail(Code::bad_archive, cat(base::printable(member), ": ", why));
}

/// How the local header of a member that was read differs from its directory header; nullptr if it
/// does not.
const char* disagreement(const ZipEntry& local, const ZipEntry& central) {
  // Bits 1 and 2 only say how hard the writer tried. Bit 11 marks a name as UTF-8; names are
  // compared byte by byte, so the mark decides nothing.
  constexpr unsigned kDeflateSpeed = 0x0006, kNameIsUtf8 = 0x0800;
  const unsigned relevant = ~(kDeflateSpeed | kNameIsUtf8);
  if (local.name != central.name) return "has another name in the central directory";
  if (local.method != central.method) return "has another method in the central directory";
  if ((local.flags & relevant) != (central.flags & relevant))
    return "has other flags in the central directory";
  if (local.crc32 != central.crc32) return "has another checksum in the central directory";
  if (local.size != central.size || local.compressed_size != central.compressed_size) {
    return "has other sizes in the central directory";
  }
  return nullptr;
}

}  // namespace

Result<void> ZipLedger::add_local(ZipEntry entry) {
  if (entries_.size() >= limits_.entries) return unbalanced(entry.name, "too many members");
  if (entry.size > limits_.member_bytes) return unbalanced(entry.name, "is too large");
  std::string_view path = entry.name;
  if (entry.directory) path.remove_suffix(1);
  PIPIT_TRY(entry.repeated, add_name(path, entry.directory));
  entries_.push_back(std::move(entry));
  met_.push_back(false);
  return {};
}

/// Every path may be entered once; a directory's own entry may follow its members. True: it is a
/// file's again, where that is allowed.
Result<bool> ZipLedger::add_name(std::string_view path, bool directory) {
  PIPIT_TRY(add_parents(path, path));
  auto [node, fresh] =
      tree_.try_emplace(std::string(path), directory ? NodeKind::directory : NodeKind::file);
  if (fresh) return false;
  if (directory && node->second == NodeKind::implied) {
    node->second = NodeKind::directory;
    return false;
  }
  bool same_kind = node->second == (directory ? NodeKind::directory : NodeKind::file);
  if (same_kind && !directory && limits_.repeated_files) return true;
  return unbalanced(path, same_kind ? "is there twice" : "is both a file and a directory");
}

/// The directories above a path, outermost first.
Result<void> ZipLedger::add_parents(std::string_view path, std::string_view member) {
  std::size_t slash = path.rfind('/');
  if (slash == std::string_view::npos || path.substr(0, slash) == last_parent_) return {};
  last_parent_ = path.substr(0, slash);
  for (std::size_t at = path.find('/'); at != std::string_view::npos; at = path.find('/', at + 1)) {
    auto [node, fresh] = tree_.try_emplace(std::string(path.substr(0, at)), NodeKind::implied);
    if (!fresh && node->second == NodeKind::file) {
      return unbalanced(member, cat("lies in ", base::printable(node->first), ", which is a file"));
    }
  }
  return {};
}

Result<void> ZipLedger::add_inflated(std::uint64_t bytes) {
  inflated_ += bytes;
  if (inflated_ <= limits_.inflated_bytes) return {};
  return fail(Code::bad_archive, "inflates to more than is allowed");
}

/// Local headers were added in the order of their offsets, so entries_ is sorted for the search.
Result<void> ZipLedger::add_central(const ZipEntry& central) {
  // The offset ties the two headers together: names are compared only after that.
  auto local = std::lower_bound(
      entries_.begin(), entries_.end(), central.header_offset,
      [](const ZipEntry& e, std::uint64_t offset) { return e.header_offset < offset; });
  if (local == entries_.end() || local->header_offset != central.header_offset) {
    return unbalanced(central.name, "is only in the central directory");
  }
  auto index = static_cast<std::size_t>(local - entries_.begin());
  if (met_[index]) return unbalanced(central.name, "is in the central directory twice");
  met_[index] = true;
  ++met_count_;
  if (const char* fault = disagreement(*local, central)) return unbalanced(local->name, fault);
  local->executable = central.executable;
  return {};
}

/// Every add_central() matched a new local header, so equal counts mean equal sets.
Result<void> ZipLedger::check_end(const ZipEnd& end, std::uint64_t directory_offset,
                                  std::uint64_t directory_size) const {
  for (std::size_t i = 0; met_count_ != entries_.size() && i < entries_.size(); ++i) {
    if (!met_[i]) return unbalanced(entries_[i].name, "is not in the central directory");
  }
  if (end.entries != entries_.size())
    return fail(Code::bad_archive, "end record has another number of members");
  if (end.directory_offset != directory_offset || end.directory_size != directory_size) {
    return fail(Code::bad_archive, "end record has another place of the central directory");
  }
  return {};
}

}  // namespace pipit::archive
