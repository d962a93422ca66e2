// Reads a zip file forward while it arrives: bytes are pushed in, members come out as soon as their
// bytes are there.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "archive/inflate.h"
#include "archive/zip_format.h"
#include "archive/zip_ledger.h"
#include "base/result.h"

namespace pipit::archive {

/// Asks for `bytes` of memory for buffers, without waiting. Null when there is none: the member is
/// then inflated piece by piece in the reader's own small window. The memory counts as used until
/// the pointer is dropped.
using MemoryLease = std::function<std::shared_ptr<void>(std::uint64_t bytes)>;

enum class Take { content, skip };

/// Receives the members in the order of the file. An error ends the reading and is what feed()
/// returns.
struct ZipSink {
  /// A member begins. Its name is checked; sizes may be unknown, and everything is provisional
  /// until finish(). skip: neither data() nor end() is called for it, and its checksum is not
  /// checked. Directories are reported, too; the return value is ignored for them.
  std::function<Result<Take>(const ZipEntry&)> begin;
  std::function<Result<void>(std::string_view)> data;
  /// The whole content was delivered, and its size and checksum match the header or descriptor.
  std::function<Result<void>(const ZipEntry&)> end;
};

/// The strict reader. It refuses whatever random access would read differently: members follow each
/// other from offset 0 without a gap, the directory follows the last member, the end record follows
/// the directory, and nothing follows that. Errors are Code::bad_archive and begin with the
/// archive's name. One thread at a time.
class ZipStream {
 public:
  ZipStream(std::string archive, ZipSink sink, MemoryLease lease, const ZipLimits& limits = {});
  ZipStream(const ZipStream&) = delete;
  ZipStream& operator=(const ZipStream&) = delete;

  /// The next bytes of the file.
  Result<void> feed(std::string_view bytes);
  /// To be called after the last bytes: the end record must have been complete. After success
  /// entries() are final.
  Result<void> finish();

  /// True when the last error was a stored member whose length follows its data: only random access
  /// can read this archive.
  bool needs_random_access() const { return needs_random_access_; }
  const std::vector<ZipEntry>& entries() const { return ledger_.entries(); }
  /// Bytes fed so far.
  std::uint64_t offset() const { return offset_; }

 private:
  /// The reader's state. One function per state, which returns false when it needs more bytes.
  enum class At {
    signature,      // between two records
    local,          // in a local header
    stored,         // in the data of a member that is not compressed
    deflated,       // in data that is inflated piece by piece
    collected,      // in data that is collected and inflated in one go
    skipped,        // in data that the sink skips
    descriptor,     // behind data whose size was not known
    central,        // in a header of the directory
    zip64_end,      // in the 64-bit end record
    zip64_locator,  // in its locator
    end,            // in the end record
    comment,        // in its comment
    over            // nothing may follow
  };

  Result<bool> advance(std::string_view& in);
  Result<bool> at_signature(std::string_view& in);
  Result<bool> at_local(std::string_view& in);
  Result<bool> at_stored(std::string_view& in);
  Result<bool> at_deflated(std::string_view& in);
  Result<bool> at_collected(std::string_view& in);
  Result<bool> at_skipped(std::string_view& in);
  Result<bool> at_descriptor(std::string_view& in);
  Result<bool> at_central(std::string_view& in);
  Result<bool> at_zip64(std::string_view& in);
  Result<bool> at_end(std::string_view& in);
  Result<bool> at_comment(std::string_view& in);

  /// Records may be split anywhere by the network, so they are put together in `pending_`.
  bool gather(std::string_view& in, std::size_t length);
  void drop_pending(std::size_t length);
  std::uint64_t position(std::string_view in) const {
    return end_of_input_ - in.size() - pending_.size();
  }
  Result<void> begin_member();
  bool wants_collecting();
  std::span<char> inflated_of(std::size_t size);
  Result<void> deliver(std::string_view content);
  Result<bool> member_complete();
  std::unexpected<Error> refused(std::string_view why) const;
  Error named(Error error) const;

  std::string archive_;
  ZipSink sink_;
  MemoryLease lease_;
  ZipLimits limits_;
  ZipLedger ledger_;
  At at_ = At::signature;
  bool needs_random_access_ = false;
  std::uint64_t offset_ = 0;        // where the bytes being fed began
  std::uint64_t end_of_input_ = 0;  // where they end
  std::string pending_;             // the first bytes of a record that is not complete

  // the member under way
  Take take_ = Take::content;
  std::uint64_t got_ = 0;   // compressed bytes so far
  std::uint64_t made_ = 0;  // inflated bytes so far
  std::uint32_t crc_ = 0;
  std::shared_ptr<void> leased_;
  std::string compressed_;
  std::unique_ptr<char[]> inflated_;
  std::size_t inflated_room_ = 0;
  Inflater inflater_{Inflater::Format::raw};
  std::unique_ptr<char[]> window_;

  // the directory and what is behind it
  std::uint64_t directory_offset_ = 0, directory_size_ = 0;
  bool directory_begun_ = false;
  std::uint64_t zip64_offset_ = 0;
  std::string zip64_end_, zip64_locator_;
  std::size_t comment_length_ = 0;
};

}  // namespace pipit::archive
