// Two programs that read one zip file and see different files are a way to smuggle: an index scans
// one reading, an installer unpacks the other. So whatever the format allows to be said twice (in
// the local header, in the directory, in an extra field, in a 64-bit copy) must agree, and whatever
// no wheel needs (encryption, several disks, patched data) is refused. This file parses single
// records; zip_ledger.h checks them against each other.
#include "archive/zip_format.h"

#include <algorithm>
#include <array>
#include <chrono>

#include "base/text.h"

namespace pipit::archive {
namespace {

constexpr std::uint32_t kOnes32 = 0xffffffff;
constexpr std::uint16_t kOnes16 = 0xffff;
constexpr std::size_t kMaxName = 4096;
constexpr int kMaxDepth = 64;
constexpr std::uint16_t kExtraZip64 = 0x0001;        // 4.5.3
constexpr std::uint16_t kExtraUnicodePath = 0x7075;  // 4.6.9

std::unexpected<Error> zip_refused(std::string_view member, std::string_view why) {
  return fail(Code::bad_archive, cat(base::printable(member), ": ", why));
}

/// The standard's name of a method, for messages.
std::string method_name(std::uint16_t method) {
  struct Row {
    std::uint16_t method;
    const char* name;
  };
  static constexpr std::array<Row, 8> kMethods{{{1, "shrink"},
                                                {6, "implode"},
                                                {9, "deflate64"},
                                                {12, "bzip2"},
                                                {14, "lzma"},
                                                {93, "zstd"},
                                                {95, "xz"},
                                                {99, "aes"}}};
  for (const Row& row : kMethods) {
    if (row.method == method) return cat("compression method ", method, " (", row.name, ")");
  }
  return cat("compression method ", method);
}

/// The parts of the extra field (4.5) that change the meaning of a header.
struct ZipExtra {
  bool has_zip64 = false;
  std::string_view zip64;
};

/// Walks the extra field. It must be well-formed to its last byte, with no field of ours twice and
/// no second name.
Result<ZipExtra> parse_extra(std::string_view extra, std::string_view name) {
  ZipExtra out;
  while (!extra.empty()) {
    if (extra.size() < 4) return zip_refused(name, "broken extra field");
    std::uint16_t id = little16(extra, 0);
    std::size_t length = little16(extra, 2);
    if (length > extra.size() - 4) return zip_refused(name, "broken extra field");
    std::string_view data = extra.substr(4, length);
    if (id == kExtraZip64) {
      if (out.has_zip64) return zip_refused(name, "two zip64 extra fields");
      out = {true, data};
    }
    // Info-ZIP Unicode Path: version, CRC of the plain name, name. Some readers prefer it, so it
    // must not differ.
    if (id == kExtraUnicodePath && (length < 5 || data.substr(5) != name)) {
      return zip_refused(name, "a second, different name in its extra field");
    }
    extra.remove_prefix(4 + length);
  }
  return out;
}

/// Reads the 64-bit values for the fields that are all ones, in the order of 4.5.3: size,
/// compressed size, offset of the header. Nothing may be missing or left over.
class Zip64Values {
 public:
  explicit Zip64Values(const ZipExtra& extra) : extra_(extra), rest_(extra.zip64) {}
  void fill(std::uint64_t& field) {
    if (field != kOnes32) return;
    if (rest_.size() < 8) {
      good_ = false;
      return;
    }
    field = little64(rest_, 0);
    rest_.remove_prefix(8);
    used_ = true;
  }
  /// Some writers repeat both sizes though no field is all ones: harmless when the copies are
  /// equal.
  bool good(const ZipEntry& entry) const {
    if (used_ || !extra_.has_zip64) return good_ && rest_.empty();
    return rest_.size() == 16 && little64(rest_, 0) == entry.size &&
           little64(rest_, 8) == entry.compressed_size;
  }

 private:
  ZipExtra extra_;
  std::string_view rest_;
  bool good_ = true;
  bool used_ = false;
};

/// Checks what both headers of a member have.
Result<void> check_member(const ZipEntry& entry) {
  if (const char* fault = zip_name_fault(entry.name)) return zip_refused(entry.name, fault);
  // Bits of 4.4.4: 0 encrypted, 6 strong encryption, 13 masked headers; 5 patched data.
  if ((entry.flags & 0x2041) != 0) return zip_refused(entry.name, "is encrypted");
  if ((entry.flags & 0x0020) != 0) return zip_refused(entry.name, "is patched data, not a file");
  if (entry.method != kZipStored && entry.method != kZipDeflated) {
    return fail(Code::bad_archive,
                cat(entry.name, ": ", method_name(entry.method), " is not supported"));
  }
  if (!entry.sizes_known) return {};
  if (entry.method == kZipStored && entry.size != entry.compressed_size) {
    return zip_refused(entry.name, "is stored but has two sizes");
  }
  if (entry.directory && entry.size != 0)
    return zip_refused(entry.name, "is a directory with content");
  return {};
}

/// Allows regular files only, and 0, which writers without modes leave there. A directory is one by
/// its name, whatever mode an odd writer gave it: nothing but a directory is made of it.
Result<void> check_mode(const ZipEntry& entry, std::uint32_t attributes) {
  // Unix writers put st_mode into the upper half of the external attributes (4.4.15).
  constexpr std::uint32_t kTypeMask = 0170000, kRegular = 0100000;
  const std::uint32_t type = (attributes >> 16) & kTypeMask;
  if (entry.directory || type == 0 || type == kRegular) return {};
  return zip_refused(entry.name, "is not a regular file");
}

/// A narrow field repeats the wide one, or is all ones to refer to it.
bool agrees(std::uint64_t narrow, std::uint64_t ones, std::uint64_t wide) {
  return narrow == ones || narrow == wide;
}

}  // namespace

std::uint16_t little16(std::string_view bytes, std::size_t at) {
  auto byte = [&](std::size_t i) {
    return static_cast<unsigned>(static_cast<unsigned char>(bytes[at + i]));
  };
  return static_cast<std::uint16_t>(byte(0) | byte(1) << 8);
}
std::uint32_t little32(std::string_view bytes, std::size_t at) {
  return static_cast<std::uint32_t>(little16(bytes, at)) |
         static_cast<std::uint32_t>(little16(bytes, at + 2)) << 16;
}
std::uint64_t little64(std::string_view bytes, std::size_t at) {
  return static_cast<std::uint64_t>(little32(bytes, at)) |
         static_cast<std::uint64_t>(little32(bytes, at + 4)) << 32;
}

std::int64_t zip_time(std::uint16_t date, std::uint16_t time) {
  constexpr std::int64_t kDay = 86400;
  constexpr std::int64_t kFirst = 3653 * kDay, kLast = 24837 * kDay - 1;  // 1980-01-02, end of 2037
  const std::chrono::year_month_day day{std::chrono::year(1980 + (date >> 9)),
                                        std::chrono::month((date >> 5) & 15u),
                                        std::chrono::day(date & 31u)};
  const std::int64_t hour = time >> 11, minute = (time >> 5) & 63, second = (time & 31) * 2;
  if (!day.ok() || hour > 23 || minute > 59 || second > 59) return kFirst;
  const std::int64_t days = std::chrono::sys_days(day).time_since_epoch().count();
  return std::clamp(days * kDay + hour * 3600 + minute * 60 + second, kFirst, kLast);
}

// Names are judged by what any system could make of them: a backslash and "c:" are path syntax
// elsewhere, and control characters would reach a terminal with the next error message.
const char* zip_name_fault(std::string_view name) {
  if (name.empty()) return "a member without a name";
  if (name.size() > kMaxName) return "name is too long";
  if (name.front() == '/') return "absolute path";
  if (name.size() >= 2 && base::is_alpha(name[0]) && name[1] == ':')
    return "path with a drive letter";
  for (char c : name) {
    auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) return "control character in its name";
    if (c == '\\') return "backslash in its name";
  }
  if (!base::is_utf8(name)) return "name is not UTF-8";
  if (name.back() == '/') name.remove_suffix(1);
  int depth = 0;
  while (true) {
    std::size_t slash = name.find('/');
    std::string_view part = name.substr(0, slash);
    if (part == "..") return "path leads out of the archive";
    if (part.empty() || part == ".") return "path with an empty component";
    if (++depth > kMaxDepth) return "directories are nested too deep";
    if (slash == std::string_view::npos) return nullptr;
    name.remove_prefix(slash + 1);
  }
}

/// The lengths of the variable fields: name and extra field (4.3.7); in the directory also the
/// comment (4.3.12).
std::size_t local_length(std::string_view fixed) {
  return kLocalFixed + little16(fixed, 26) + little16(fixed, 28);
}
std::size_t central_length(std::string_view fixed) {
  return kCentralFixed + little16(fixed, 28) + little16(fixed, 30) + little16(fixed, 32);
}

Result<ZipEntry> parse_local(std::string_view record) {
  ZipEntry entry;
  entry.flags = little16(record, 6);
  entry.method = little16(record, 8);
  entry.modified = zip_time(little16(record, 12), little16(record, 10));
  entry.crc32 = little32(record, 14);
  entry.compressed_size = little32(record, 18);
  entry.size = little32(record, 22);
  std::size_t name_length = little16(record, 26);
  entry.name = record.substr(kLocalFixed, name_length);
  entry.directory = entry.name.ends_with('/');
  PIPIT_TRY(ZipExtra extra, parse_extra(record.substr(kLocalFixed + name_length), entry.name));
  Zip64Values wide(extra);
  wide.fill(entry.size);
  wide.fill(entry.compressed_size);
  if (!wide.good(entry))
    return zip_refused(entry.name, "64-bit sizes that are missing or not called for");
  entry.zip64 = extra.has_zip64;
  // With a descriptor both sizes are zero here (4.4.4, bit 3); some writers fill them in all the
  // same.
  entry.sizes_known = !entry.has_descriptor() || entry.size != 0 || entry.compressed_size != 0;
  PIPIT_TRY(check_member(entry));
  return entry;
}

Result<ZipEntry> parse_central(std::string_view record) {
  ZipEntry entry;
  entry.flags = little16(record, 8);
  entry.method = little16(record, 10);
  entry.modified = zip_time(little16(record, 14), little16(record, 12));
  entry.crc32 = little32(record, 16);
  entry.compressed_size = little32(record, 20);
  entry.size = little32(record, 24);
  std::size_t name_length = little16(record, 28);
  std::size_t extra_length = little16(record, 30);
  std::uint16_t disk = little16(record, 34);
  std::uint32_t attributes = little32(record, 38);
  entry.header_offset = little32(record, 42);
  entry.name = record.substr(kCentralFixed, name_length);
  entry.directory = entry.name.ends_with('/');
  PIPIT_TRY(ZipExtra extra,
            parse_extra(record.substr(kCentralFixed + name_length, extra_length), entry.name));
  Zip64Values wide(extra);
  wide.fill(entry.size);
  wide.fill(entry.compressed_size);
  wide.fill(entry.header_offset);
  if (!wide.good(entry))
    return zip_refused(entry.name, "64-bit sizes that are missing or not called for");
  // Archives in several parts (4.4.13) were made for floppy disks.
  if (disk != 0) return zip_refused(entry.name, "lies on another disk");
  entry.executable = !entry.directory && ((attributes >> 16) & 0111) != 0;
  PIPIT_TRY(check_member(entry));
  PIPIT_TRY(check_mode(entry, attributes));
  return entry;
}

std::size_t descriptor_length(std::string_view bytes, const ZipEntry& member) {
  const std::size_t width = member.zip64 ? 8 : 4;
  const std::size_t length = 4 + 2 * width;
  auto size_at = [&](std::size_t at) {
    return width == 8 ? little64(bytes, at) : little32(bytes, at);
  };
  // The first edition of the standard had no signature; both forms are in use.
  for (std::size_t start : {std::size_t{4}, std::size_t{0}}) {
    if (bytes.size() < start + length) continue;
    if (start == 4 && little32(bytes, 0) != kDescriptorSignature) continue;
    bool equal = little32(bytes, start) == member.crc32 &&
                 size_at(start + 4) == member.compressed_size &&
                 size_at(start + 4 + width) == member.size;
    if (equal) return start + length;
  }
  return 0;
}

Result<ZipEnd> parse_end(std::string_view record) {
  if (little16(record, 4) != 0 || little16(record, 6) != 0)
    return fail(Code::bad_archive, "is one of several disks");
  if (little16(record, 8) != little16(record, 10))
    return fail(Code::bad_archive, "end record counts members twice");
  return ZipEnd{little16(record, 10), little32(record, 12), little32(record, 16),
                little16(record, 20)};
}

Result<ZipEnd> parse_zip64_end(std::string_view record, std::string_view locator,
                               std::string_view end, std::uint64_t offset) {
  // The record's own length less 12, disks 0 and 0, the number of members twice; then the locator:
  // disk 0, the record's offset, one disk in all.
  bool good = little64(record, 4) == kZip64EndFixed - 12 && little32(record, 16) == 0 &&
              little32(record, 20) == 0 && little64(record, 24) == little64(record, 32) &&
              little32(locator, 4) == 0 && little64(locator, 8) == offset &&
              little32(locator, 16) == 1;
  if (!good) return fail(Code::bad_archive, "broken 64-bit end record");
  PIPIT_TRY(ZipEnd narrow, parse_end(end));
  ZipEnd wide{little64(record, 32), little64(record, 40), little64(record, 48),
              narrow.comment_length};
  if (!agrees(narrow.entries, kOnes16, wide.entries) ||
      !agrees(narrow.directory_size, kOnes32, wide.directory_size) ||
      !agrees(narrow.directory_offset, kOnes32, wide.directory_offset)) {
    return fail(Code::bad_archive, "its two end records disagree");
  }
  return wide;
}

}  // namespace pipit::archive
