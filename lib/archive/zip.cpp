// Reads a zip file from its end, as strictly as ZipStream does from its start: the end record must
// be the last thing in the file, the directory must touch it, and the members, in the order of
// their offsets, must fill everything before it. The end record is searched for backwards, so the
// last one is found; since a comment may not contain another one, there is only one reading.
#include "archive/zip.h"

#include <algorithm>

#include "archive/inflate.h"
#include "archive/zip_ledger.h"
#include "base/text.h"

namespace pipit::archive {
namespace {

constexpr std::uint64_t kFarthestEnd = kEndFixed + 0xffff;
constexpr std::size_t kPiece = 64u << 10;

Result<std::string> read_bytes(ByteSource& source, std::uint64_t offset, std::size_t length) {
  std::string bytes(length, '\0');
  PIPIT_TRY(source.read_at(offset, bytes));
  return bytes;
}

std::unexpected<Error> zip_broken(const std::string& archive, std::string_view why) {
  return fail(Code::bad_archive, cat(archive, ": ", why));
}

}  // namespace

Error Zip::named(Error error) const {
  if (error.code == Code::bad_archive) error.in(archive_);
  return error;
}

Result<Zip> Zip::open_directory(std::shared_ptr<ByteSource> source, std::string archive,
                                const ZipLimits& limits) {
  Zip zip(std::move(source), std::move(archive));
  auto read = zip.read_end(limits);
  if (read) read = zip.read_directory(limits);
  if (!read) return fail(zip.named(std::move(read.error())));
  return zip;
}

Result<Zip> Zip::open(std::shared_ptr<ByteSource> source, std::string archive,
                      const ZipLimits& limits) {
  PIPIT_TRY(Zip zip, open_directory(std::move(source), std::move(archive), limits));
  auto checked = zip.check_locals(limits);
  if (!checked) return fail(zip.named(std::move(checked.error())));
  return zip;
}

/// Finds the end record (APPNOTE 4.3.16): from the last 22 bytes, then from as far back as a
/// comment can reach.
Result<void> Zip::read_end(const ZipLimits& limits) {
  const std::uint64_t size = source_->size();
  for (std::uint64_t reach : {std::uint64_t{kEndFixed}, std::min(kFarthestEnd, size)}) {
    if (size < kEndFixed) break;
    PIPIT_TRY(std::string tail,
              read_bytes(*source_, size - reach, static_cast<std::size_t>(reach)));
    // Searched for backwards: the last one found is the one whose comment may not contain another.
    std::size_t at = tail.rfind("PK\5\6", tail.size() - kEndFixed);
    if (at == std::string::npos) continue;
    PIPIT_TRY(end_, parse_end(std::string_view(tail).substr(at)));
    if (tail.size() - at - kEndFixed != end_.comment_length)
      return fail(Code::bad_archive, "data behind the end of the archive");
    if (tail.find("PK\5\6", at + 1) != std::string::npos)
      return fail(Code::bad_archive, "a second end record in its comment");
    std::uint64_t end_offset = size - reach + at;
    directory_offset_ = end_.directory_offset;
    // The directory must end where this record begins. Otherwise the 64-bit end record lies between
    // them, or there is a gap that hides something.
    bool touches = end_.directory_offset <= end_offset &&
                   end_.directory_size == end_offset - end_.directory_offset;
    if (!touches)
      PIPIT_TRY(read_zip64_end(std::string_view(tail).substr(at, kEndFixed), end_offset));
    if (end_.directory_size > limits.directory_bytes)
      return fail(Code::bad_archive, "central directory is too large");
    if (end_.entries > limits.entries) return fail(Code::bad_archive, "too many members");
    return {};
  }
  return fail(Code::bad_archive, "is not a zip archive");
}

/// The 64-bit end record (4.3.14) and its locator (4.3.15). The locator's offset is checked, not
/// followed: the record must lie right before it, without the extension that the standard allows
/// and no writer makes.
Result<void> Zip::read_zip64_end(std::string_view end, std::uint64_t end_offset) {
  constexpr std::uint64_t kBoth = kZip64EndFixed + kZip64LocatorFixed;
  auto gap = [] {
    return fail(Code::bad_archive, "end record has another place of the central directory");
  };
  if (end_offset < kBoth) return gap();
  std::uint64_t offset = end_offset - kBoth;
  PIPIT_TRY(std::string records, read_bytes(*source_, offset, kBoth));
  std::string_view record = std::string_view(records).substr(0, kZip64EndFixed);
  std::string_view locator = std::string_view(records).substr(kZip64EndFixed);
  if (little32(record, 0) != kZip64EndSignature || little32(locator, 0) != kZip64LocatorSignature)
    return gap();
  PIPIT_TRY(end_, parse_zip64_end(record, locator, end, offset));
  if (end_.directory_offset > offset || end_.directory_size != offset - end_.directory_offset)
    return gap();
  directory_offset_ = end_.directory_offset;
  return {};
}

/// The headers of the central directory (4.3.12), in a row up to its last byte.
Result<void> Zip::read_directory(const ZipLimits& limits) {
  PIPIT_TRY(std::string bytes,
            read_bytes(*source_, directory_offset_, static_cast<std::size_t>(end_.directory_size)));
  std::string_view rest = bytes;
  while (!rest.empty()) {
    bool whole = rest.size() >= kCentralFixed && little32(rest, 0) == kCentralSignature &&
                 central_length(rest) <= rest.size();
    if (!whole || entries_.size() >= limits.entries)
      return fail(Code::bad_archive, "broken central directory");
    std::size_t length = central_length(rest);
    PIPIT_TRY(ZipEntry entry, parse_central(rest.substr(0, length)));
    // A member's offset and size are checked before anything is read there: for a file on a server
    // that range would be requested.
    bool inside = entry.header_offset < directory_offset_ &&
                  entry.compressed_size < directory_offset_ - entry.header_offset;
    if (!inside) return fail(Code::bad_archive, cat(entry.name, ": lies outside of the archive"));
    entries_.push_back(std::move(entry));
    rest.remove_prefix(length);
  }
  if (entries_.size() != end_.entries)
    return fail(Code::bad_archive, "end record has another number of members");
  return {};
}

/// Walks the members in the order of their offsets: each must begin where the one before it ended.
Result<void> Zip::check_locals(const ZipLimits& limits) {
  std::vector<ZipEntry> centrals = entries_;
  std::sort(centrals.begin(), centrals.end(),
            [](const ZipEntry& a, const ZipEntry& b) { return a.header_offset < b.header_offset; });
  ZipLedger ledger(limits);
  std::uint64_t at = 0;
  for (const ZipEntry& central : centrals) {
    if (central.header_offset != at) {
      return fail(Code::bad_archive,
                  cat(central.name, at < central.header_offset ? ": data of no member before it"
                                                               : ": overlaps another member"));
    }
    ZipEntry local;
    PIPIT_TRY(at, check_local(central, local));
    PIPIT_TRY(ledger.add_local(std::move(local)));
    PIPIT_TRY(ledger.add_inflated(central.size));
  }
  if (at != directory_offset_)
    return fail(Code::bad_archive, "data of no member before the central directory");
  for (const ZipEntry& central : centrals) PIPIT_TRY(ledger.add_central(central));
  PIPIT_TRY(ledger.check_end(end_, directory_offset_, end_.directory_size));
  entries_ = ledger.take_entries();
  return {};
}

/// Reads the local header that belongs to `central` and, when its sizes follow the data, the
/// descriptor. Returns where it ends.
Result<std::uint64_t> Zip::check_local(const ZipEntry& central, ZipEntry& local) const {
  PIPIT_TRY(local, read_local(central.header_offset));
  if (local.data_offset > directory_offset_ ||
      central.compressed_size > directory_offset_ - local.data_offset) {
    return fail(Code::bad_archive, cat(central.name, ": overlaps the central directory"));
  }
  std::uint64_t end = local.data_offset + central.compressed_size;
  if (!local.has_descriptor()) return end;
  bool stated = local.sizes_known &&
                (local.size != central.size || local.compressed_size != central.compressed_size);
  if (stated || (local.crc32 != 0 && local.crc32 != central.crc32)) {
    return fail(Code::bad_archive, cat(central.name, ": has other sizes in the central directory"));
  }
  local.size = central.size;
  local.compressed_size = central.compressed_size;
  local.crc32 = central.crc32;
  local.sizes_known = true;
  auto length = static_cast<std::size_t>(
      std::min<std::uint64_t>(max_descriptor(local), source_->size() - end));
  PIPIT_TRY(std::string bytes, read_bytes(*source_, end, length));
  std::size_t used = descriptor_length(bytes, local);
  if (used == 0)
    return fail(Code::bad_archive,
                cat(central.name, ": its data descriptor does not fit its data"));
  return end + used;
}

/// Read in two steps: the fixed part says how long the name and the extra field are.
Result<ZipEntry> Zip::read_local(std::uint64_t offset) const {
  if (directory_offset_ < kLocalFixed || offset > directory_offset_ - kLocalFixed) {
    return fail(Code::bad_archive, "a member overlaps the central directory");
  }
  PIPIT_TRY(std::string record, read_bytes(*source_, offset, kLocalFixed));
  if (little32(record, 0) != kLocalSignature)
    return fail(Code::bad_archive, cat("no member at offset ", offset));
  std::size_t length = local_length(record);
  if (length > directory_offset_ - offset)
    return fail(Code::bad_archive, "a member overlaps the central directory");
  PIPIT_TRY(record, read_bytes(*source_, offset, length));
  PIPIT_TRY(ZipEntry entry, parse_local(record));
  entry.header_offset = offset;
  entry.data_offset = offset + length;
  return entry;
}

const ZipEntry* Zip::find(std::string_view name) const {
  auto found = std::find_if(entries_.begin(), entries_.end(),
                            [&](const ZipEntry& e) { return e.name == name; });
  return found == entries_.end() ? nullptr : &*found;
}

/// Where the content begins. After open_directory() the local header has not been read yet: it is
/// read now and must agree with the directory, checked by a ledger of just this member.
Result<std::uint64_t> Zip::data_offset(const ZipEntry& entry) const {
  if (entry.data_offset != 0) return entry.data_offset;
  PIPIT_TRY(ZipEntry local, read_local(entry.header_offset));
  ZipLedger pair{ZipLimits{}};
  std::uint64_t data = local.data_offset;
  if (local.has_descriptor()) {
    local.size = entry.size;
    local.compressed_size = entry.compressed_size;
    local.crc32 = entry.crc32;
  }
  PIPIT_TRY(pair.add_local(std::move(local)));
  PIPIT_TRY(pair.add_central(entry));
  if (entry.compressed_size > directory_offset_ - data)
    return fail(Code::bad_archive, "a member overlaps the central directory");
  return data;
}

Result<std::string> Zip::extract(const ZipEntry& entry, std::uint64_t max_size) const {
  if (entry.size > max_size)
    return zip_broken(archive_,
                      cat(entry.name, ": is too large (", base::format_bytes(entry.size), ")"));
  std::string content;
  PIPIT_TRY(extract_to(entry, [&](std::string_view piece) -> Result<void> {
    content.append(piece);
    return {};
  }));
  return content;
}

/// The loop reads a piece of compressed data when the inflater has used up the last one. Sizes are
/// checked before `out` sees a byte too many, the checksum when all has been delivered: until
/// extract_to() succeeds, what `out` received is provisional.
Result<void> Zip::extract_to(const ZipEntry& entry,
                             const std::function<Result<void>(std::string_view)>& out) const {
  Result<std::uint64_t> at = data_offset(entry);
  if (!at) return fail(named(std::move(at.error())));
  auto broken = [&](std::string_view why) {
    return zip_broken(archive_, cat(entry.name, ": ", why));
  };
  auto in = std::make_unique_for_overwrite<char[]>(kPiece),
       window = std::make_unique_for_overwrite<char[]>(kPiece);
  Inflater inflater(Inflater::Format::raw);
  std::uint64_t left = entry.compressed_size, made = 0;
  std::uint32_t crc = 0;
  std::string_view have;
  bool done = entry.method == kZipStored && left == 0;
  while (!done) {
    if (have.empty() && left != 0) {
      auto length = static_cast<std::size_t>(std::min<std::uint64_t>(left, kPiece));
      PIPIT_TRY(source_->read_at(*at, {in.get(), length}));
      *at += length;
      left -= length;
      have = {in.get(), length};
    }
    std::string_view piece = have;
    if (entry.method == kZipStored) {
      have = {};
      done = left == 0;
    } else {
      Result<Inflater::Step> step = inflater.step(have, {window.get(), kPiece});
      if (!step || (step->consumed == 0 && step->produced == 0 && !step->done))
        return broken("broken deflate data");
      have.remove_prefix(step->consumed);
      piece = {window.get(), step->produced};
      done = step->done;
    }
    made += piece.size();
    if (made > entry.size) return broken("inflates to more than it says");
    crc = fast_crc32(crc, piece);
    PIPIT_TRY(out(piece));
  }
  // Exactly as many bytes as the header promised must have come.
  if (left != 0 || !have.empty()) return broken("its deflate data ends too early");
  if (made != entry.size) return broken("inflates to less than it says");
  if (crc != entry.crc32) return broken("wrong checksum");
  return {};
}

}  // namespace pipit::archive
