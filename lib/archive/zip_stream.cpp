// Reads a zip file forward. The format was made to be read from its end, where the directory is; a
// wheel arrives from its start. All that is needed to unpack a member also stands in front of it,
// except its mode. So members are delivered at once, and when the directory comes at last it is
// checked against them (zip_ledger.h). Until then what was unpacked is provisional: the caller
// keeps it in a staging place that no one sees.
//
// A deflated member marks its own end, so a data descriptor (sizes behind the data) does no harm. A
// stored member with a descriptor does: its end could only be guessed. The caller then reads such
// an archive by random access.
//
// Memory: a small member is collected and inflated in one go, which is fast, if the caller leases
// the memory for it; otherwise it goes through a window of 64 kB. The lease never waits, so readers
// that wait for the network cannot lock each other out.
#include "archive/zip_stream.h"

#include <algorithm>

#include "base/text.h"

namespace pipit::archive {
namespace {

constexpr std::size_t kWindow = 64u << 10;
constexpr std::uint64_t kCollectAtMost = 2u << 20;  // compressed and inflated together
/// What a buffer may keep between members without a lease.
constexpr std::size_t kKeepBuffer = 64u << 10;

/// Takes up to `length` bytes from the front of the input.
std::string_view take_front(std::string_view& in, std::uint64_t length) {
  std::string_view front =
      in.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(length, in.size())));
  in.remove_prefix(front.size());
  return front;
}

void shrink(std::string& buffer) {
  if (buffer.capacity() > kKeepBuffer) std::string().swap(buffer);
}

}  // namespace

ZipStream::ZipStream(std::string archive, ZipSink sink, MemoryLease lease, const ZipLimits& limits)
    : archive_(std::move(archive)),
      sink_(std::move(sink)),
      lease_(std::move(lease)),
      limits_(limits),
      ledger_(limits) {}

/// Names the current member, too, when the fault is within one.
std::unexpected<Error> ZipStream::refused(std::string_view why) const {
  bool in_member = at_ != At::signature && !directory_begun_ && !ledger_.entries().empty();
  if (!in_member) return fail(Code::bad_archive, cat(archive_, ": ", why));
  return fail(Code::bad_archive,
              cat(archive_, ": ", base::printable(ledger_.entries().back().name), ": ", why));
}

Error ZipStream::named(Error error) const { return std::move(error).in(archive_); }

Result<void> ZipStream::feed(std::string_view bytes) {
  end_of_input_ = offset_ + bytes.size();
  while (true) {
    PIPIT_TRY(bool more, advance(bytes));
    if (!more) break;
  }
  offset_ = end_of_input_;
  return {};
}

Result<void> ZipStream::finish() {
  if (at_ != At::over || !pending_.empty()) {
    return fail(Code::bad_archive, cat(archive_, ": ends too early"));
  }
  return {};
}

/// One step. False when it needs more bytes.
Result<bool> ZipStream::advance(std::string_view& in) {
  switch (at_) {
    case At::signature:
      return at_signature(in);
    case At::local:
      return at_local(in);
    case At::stored:
      return at_stored(in);
    case At::deflated:
      return at_deflated(in);
    case At::collected:
      return at_collected(in);
    case At::skipped:
      return at_skipped(in);
    case At::descriptor:
      return at_descriptor(in);
    case At::central:
      return at_central(in);
    case At::zip64_end:
    case At::zip64_locator:
      return at_zip64(in);
    case At::end:
      return at_end(in);
    case At::comment:
      return at_comment(in);
    case At::over:
      break;
  }
  if (!in.empty() || !pending_.empty()) return refused("data behind the end of the archive");
  return false;
}

/// Whether `pending_` holds at least `length` bytes, taken from the input as needed.
bool ZipStream::gather(std::string_view& in, std::size_t length) {
  if (pending_.size() < length) pending_.append(take_front(in, length - pending_.size()));
  return pending_.size() >= length;
}

void ZipStream::drop_pending(std::size_t length) {
  pending_.erase(0, length);
  shrink(pending_);
}

/// Between two records. The first four bytes say which one comes; once the directory has begun, no
/// member may follow.
Result<bool> ZipStream::at_signature(std::string_view& in) {
  if (!gather(in, 4)) return false;
  std::uint32_t signature = little32(pending_, 0);
  if (signature == kLocalSignature && !directory_begun_) {
    at_ = At::local;
    return true;
  }
  if (signature != kCentralSignature && signature != kEndSignature &&
      signature != kZip64EndSignature) {
    if (position(in) == 0) return refused("is not a zip archive");
    return refused(cat("broken at offset ", position(in), ": neither a member nor the directory"));
  }
  // The size grows with each header of the directory, and is final when an end record begins.
  if (!directory_begun_) directory_offset_ = position(in);
  directory_begun_ = true;
  directory_size_ = position(in) - directory_offset_;
  if (signature == kCentralSignature) at_ = At::central;
  if (signature == kZip64EndSignature) at_ = At::zip64_end;
  if (signature == kEndSignature) at_ = At::end;
  return true;
}

/// A member's local header, first its fixed part, then all of it.
Result<bool> ZipStream::at_local(std::string_view& in) {
  if (!gather(in, kLocalFixed)) return false;
  std::size_t length = local_length(pending_);
  if (!gather(in, length)) return false;
  Result<ZipEntry> entry = parse_local(pending_);
  if (!entry) return fail(named(std::move(entry.error())));
  entry->header_offset = position(in);
  entry->data_offset = entry->header_offset + length;
  drop_pending(length);
  // A directory has no data, whatever its descriptor says later.
  if (entry->directory && entry->method == kZipStored) entry->sizes_known = true;
  auto added = ledger_.add_local(std::move(*entry));
  if (!added) return fail(named(std::move(added.error())));
  PIPIT_TRY(begin_member());
  return true;
}

/// Decides how the data of the member just added is read.
Result<void> ZipStream::begin_member() {
  const ZipEntry& entry = ledger_.last();
  got_ = made_ = 0;
  crc_ = 0;
  if (entry.method == kZipStored && !entry.sizes_known) {
    needs_random_access_ = true;
    return fail(Code::unsupported, cat(archive_, ": ", base::printable(entry.name),
                                       ": is stored with its size behind it: cannot be streamed"));
  }
  PIPIT_TRY(take_, sink_.begin(entry));
  // Only a member with known sizes can be skipped unread: one with a descriptor has to be inflated
  // to find its end.
  if (entry.directory) take_ = Take::skip;
  if (take_ == Take::skip && !entry.directory && !entry.has_descriptor()) {
    at_ = At::skipped;
  } else if (entry.method == kZipStored) {
    at_ = At::stored;
  } else if (wants_collecting()) {
    at_ = At::collected;
  } else {
    if (!window_) window_ = std::make_unique_for_overwrite<char[]>(kWindow);
    inflater_.reset();
    at_ = At::deflated;
  }
  return {};
}

/// Whether the member is small enough to be inflated in one go, and there is memory for it.
bool ZipStream::wants_collecting() {
  const ZipEntry& entry = ledger_.last();
  if (!entry.sizes_known || entry.compressed_size > kCollectAtMost || entry.size > kCollectAtMost)
    return false;
  std::uint64_t bytes = entry.compressed_size + entry.size;
  if (bytes > kCollectAtMost) return false;
  leased_ = lease_ ? lease_(bytes) : nullptr;
  return leased_ != nullptr;
}

/// Counts content against the header's size and against the limits before the sink sees it.
Result<void> ZipStream::deliver(std::string_view content) {
  if (content.empty()) return {};
  made_ += content.size();
  const ZipEntry& entry = ledger_.last();
  if (entry.sizes_known && made_ > entry.size) return refused("inflates to more than it says");
  if (made_ > limits_.member_bytes) return refused("is too large");
  auto counted = ledger_.add_inflated(content.size());
  if (!counted) return fail(named(std::move(counted.error())));
  crc_ = fast_crc32(crc_, content);
  if (take_ == Take::skip) return {};
  return sink_.data(content);
}

Result<bool> ZipStream::at_stored(std::string_view& in) {
  const ZipEntry& entry = ledger_.last();
  std::string_view content = take_front(in, entry.compressed_size - got_);
  got_ += content.size();
  PIPIT_TRY(deliver(content));
  if (got_ < entry.compressed_size) return false;
  return member_complete();
}

Result<bool> ZipStream::at_skipped(std::string_view& in) {
  const ZipEntry& entry = ledger_.last();
  got_ += take_front(in, entry.compressed_size - got_).size();
  if (got_ < entry.compressed_size) return false;
  at_ = At::signature;
  return true;
}

/// Room for a member's content. Not a string's: that would fill it with zeros first.
std::span<char> ZipStream::inflated_of(std::size_t size) {
  if (size > inflated_room_) {
    inflated_.reset();
    inflated_room_ = std::max(size, kKeepBuffer);
    inflated_ = std::make_unique_for_overwrite<char[]>(inflated_room_);
  }
  return {inflated_.get(), size};
}

Result<bool> ZipStream::at_collected(std::string_view& in) {
  const ZipEntry& entry = ledger_.last();
  std::string_view part = take_front(in, entry.compressed_size - got_);
  got_ += part.size();
  // The whole member is in this piece: it is inflated in place, nothing is collected.
  bool whole = part.size() == entry.compressed_size;
  if (!whole) {
    compressed_.reserve(static_cast<std::size_t>(entry.compressed_size));
    compressed_.append(part);
  }
  if (got_ < entry.compressed_size) return false;
  const std::span<char> content = inflated_of(static_cast<std::size_t>(entry.size));
  if (!inflate_whole(whole ? part : std::string_view(compressed_), content))
    return refused("broken deflate data");
  PIPIT_TRY(deliver({content.data(), content.size()}));
  compressed_.clear();
  shrink(compressed_);
  if (inflated_room_ > kKeepBuffer) inflated_room_ = 0;
  if (inflated_room_ == 0) inflated_.reset();
  leased_.reset();
  return member_complete();
}

/// Inflates through the window. Where sizes are known the inflater gets no byte beyond the member,
/// so that it cannot read into the next one.
Result<bool> ZipStream::at_deflated(std::string_view& in) {
  const ZipEntry& entry = ledger_.last();
  std::string_view part = in;
  if (entry.sizes_known)
    part = part.substr(0, static_cast<std::size_t>(
                              std::min<std::uint64_t>(part.size(), entry.compressed_size - got_)));
  Result<Inflater::Step> step = inflater_.step(part, {window_.get(), kWindow});
  if (!step) return refused(step.error().message);
  in.remove_prefix(step->consumed);
  got_ += step->consumed;
  PIPIT_TRY(deliver({window_.get(), step->produced}));
  if (step->done) return member_complete();
  if (step->consumed != 0 || step->produced != 0) return true;
  if (entry.sizes_known && got_ == entry.compressed_size) return refused("broken deflate data");
  if (!part.empty()) return refused("broken deflate data");
  return false;
}

/// The data has ended: it must match the header, or else the descriptor that follows.
Result<bool> ZipStream::member_complete() {
  ZipEntry& entry = ledger_.last();
  if (entry.sizes_known && got_ != entry.compressed_size)
    return refused("its deflate data ends too early");
  if (entry.sizes_known && made_ != entry.size) return refused("inflates to less than it says");
  bool crc_stated = !entry.has_descriptor() || entry.crc32 != 0;
  if (crc_stated && crc_ != entry.crc32) return refused("wrong checksum");
  entry.compressed_size = got_;
  entry.size = made_;
  entry.crc32 = crc_;
  if (entry.has_descriptor()) {
    at_ = At::descriptor;
    return true;
  }
  if (take_ == Take::content) PIPIT_TRY(sink_.end(entry));
  at_ = At::signature;
  return true;
}

/// A descriptor may have a signature or not, and 32 or 64 bits: of these four forms only one can
/// repeat what was counted (descriptor_length).
Result<bool> ZipStream::at_descriptor(std::string_view& in) {
  ZipEntry& entry = ledger_.last();
  if (!gather(in, max_descriptor(entry))) return false;
  std::size_t length = descriptor_length(pending_, entry);
  if (length == 0) return refused("its data descriptor does not fit its data");
  drop_pending(length);
  entry.sizes_known = true;
  if (take_ == Take::content) PIPIT_TRY(sink_.end(entry));
  at_ = At::signature;
  return true;
}

/// One header of the directory. The directory is not kept: each header is checked off in the ledger
/// at once.
Result<bool> ZipStream::at_central(std::string_view& in) {
  if (!gather(in, kCentralFixed)) return false;
  std::size_t length = central_length(pending_);
  if (!gather(in, length)) return false;
  Result<ZipEntry> entry = parse_central(pending_);
  if (!entry) return fail(named(std::move(entry.error())));
  auto added = ledger_.add_central(*entry);
  if (!added) return fail(named(std::move(added.error())));
  if (position(in) - directory_offset_ > limits_.directory_bytes)
    return refused("central directory is too large");
  drop_pending(length);
  at_ = At::signature;
  return true;
}

/// The 64-bit end record and its locator, which the end record must follow.
Result<bool> ZipStream::at_zip64(std::string_view& in) {
  bool record = at_ == At::zip64_end;
  std::size_t length = record ? kZip64EndFixed : kZip64LocatorFixed;
  if (!gather(in, length)) return false;
  if (!record && little32(pending_, 0) != kZip64LocatorSignature)
    return refused("broken 64-bit end record");
  if (record) zip64_offset_ = position(in);
  (record ? zip64_end_ : zip64_locator_) = pending_.substr(0, length);
  drop_pending(length);
  at_ = record ? At::zip64_locator : At::end;
  return true;
}

Result<bool> ZipStream::at_end(std::string_view& in) {
  if (!gather(in, kEndFixed)) return false;
  if (little32(pending_, 0) != kEndSignature) return refused("broken end record");
  Result<ZipEnd> end = zip64_end_.empty()
                           ? parse_end(pending_)
                           : parse_zip64_end(zip64_end_, zip64_locator_, pending_, zip64_offset_);
  if (!end) return fail(named(std::move(end.error())));
  auto balanced = ledger_.check_end(*end, directory_offset_, directory_size_);
  if (!balanced) return fail(named(std::move(balanced.error())));
  comment_length_ = end->comment_length;
  drop_pending(kEndFixed);
  at_ = At::comment;
  return true;
}

/// The comment is the writer's, but must not contain a second end record: a reader that searches
/// from the end would find that one first.
Result<bool> ZipStream::at_comment(std::string_view& in) {
  if (!gather(in, comment_length_)) return false;
  if (pending_.find("PK\5\6") != std::string::npos)
    return refused("a second end record in its comment");
  drop_pending(comment_length_);
  at_ = At::over;
  return true;
}

}  // namespace pipit::archive
