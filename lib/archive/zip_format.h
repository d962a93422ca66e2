// Parses the records of a zip file (PKWARE APPNOTE 6.3.10) strictly: every record means one thing
// or is refused. Section numbers in this room are those of that document.
//
//   local header    4.3.7    in front of each member's data
//   descriptor      4.3.9    behind the data, when its size was not known in front of it
//   central header  4.3.12   one per member, in the central directory behind the last member
//   64-bit end      4.3.14   and its locator, 4.3.15: only when a 32-bit field is too narrow
//   end record      4.3.16   the last thing in the file, except for its comment
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace pipit::archive {

/// What a reader accepts, decided before it sees a byte. Every number in an archive is untrusted:
/// nothing is allocated or counted up to without one of these limits.
struct ZipLimits {
  std::uint64_t entries = 500'000;
  std::uint64_t directory_bytes = 128u << 20;
  std::uint64_t inflated_bytes = std::uint64_t{64} << 30;  // over all members
  std::uint64_t member_bytes = std::uint64_t{32} << 30;    // of one
  /// Whether a file may be there again. Whoever reads it compares the contents
  /// (ZipEntry::repeated); false: refused.
  bool repeated_files = false;
};

/// The two methods (4.4.5) that wheels use.
inline constexpr std::uint16_t kZipStored = 0;
inline constexpr std::uint16_t kZipDeflated = 8;

/// One member. Names are relative, "/" separated, UTF-8, free of ".", "..", empty components,
/// backslashes, colons after a drive letter and control characters; those of directories end in
/// "/".
struct ZipEntry {
  std::string name;
  std::uint64_t size = 0;  // inflated
  std::uint64_t compressed_size = 0;
  std::uint32_t crc32 = 0;
  std::uint16_t method = kZipStored;
  std::uint16_t flags = 0;
  std::uint64_t header_offset = 0;  // of the local header
  std::uint64_t data_offset = 0;    // 0 until the local header has been read
  /// Seconds since 1970, from a date and time without a zone, taken as UTC (zip_time()).
  std::int64_t modified = 0;
  bool directory = false;
  bool executable = false;  // any x bit of the mode; known once the central directory has been read
  bool sizes_known = true;  // false: they follow the data (data descriptor)
  bool repeated = false;    // an earlier member has the same name
  bool zip64 = false;       // the local header has 64-bit sizes, and so has the data descriptor

  bool has_descriptor() const { return (flags & 0x0008) != 0; }
};

/// The four bytes that begin each kind of record: "PK" and two more.
inline constexpr std::uint32_t kLocalSignature = 0x04034b50;
inline constexpr std::uint32_t kCentralSignature = 0x02014b50;
inline constexpr std::uint32_t kEndSignature = 0x06054b50;
inline constexpr std::uint32_t kZip64EndSignature = 0x06064b50;
inline constexpr std::uint32_t kZip64LocatorSignature = 0x07064b50;
inline constexpr std::uint32_t kDescriptorSignature = 0x08074b50;

/// Sizes of the records up to their first variable field. The standard allows a longer 64-bit end
/// record; no writer makes one, so it is refused.
inline constexpr std::size_t kLocalFixed = 30;
inline constexpr std::size_t kCentralFixed = 46;
inline constexpr std::size_t kEndFixed = 22;
inline constexpr std::size_t kZip64EndFixed = 56;
inline constexpr std::size_t kZip64LocatorFixed = 20;

/// Little-endian numbers; the caller has checked that the bytes are there.
std::uint16_t little16(std::string_view bytes, std::size_t at);
std::uint32_t little32(std::string_view bytes, std::size_t at);
std::uint64_t little64(std::string_view bytes, std::size_t at);

/// The time that a header's two fields mean (4.4.6). What is no date, or lies before the second day
/// of 1980, is that day: a local time west of Greenwich would else be before 1980, which no zip of
/// the unpacked files could say. What lies after 2037 is the end of 2037, as not every file system
/// goes on from there.
std::int64_t zip_time(std::uint16_t date, std::uint16_t time);

/// Why a member's name is refused; nullptr when it is fine.
const char* zip_name_fault(std::string_view name);

/// Length of the whole record, given its fixed part.
std::size_t local_length(std::string_view fixed);
std::size_t central_length(std::string_view fixed);

/// Parses a whole local header. The caller sets `header_offset` and `data_offset`. Error messages
/// begin with the member's name.
Result<ZipEntry> parse_local(std::string_view record);
/// Parses a whole central directory header.
Result<ZipEntry> parse_central(std::string_view record);

/// The most bytes that a member's data descriptor can take: signature, checksum, two sizes.
inline std::size_t max_descriptor(const ZipEntry& member) { return member.zip64 ? 24 : 16; }
/// The length of the data descriptor at the start of `bytes` (max_descriptor of them), with or
/// without its signature, when it repeats the member's checksum and sizes; else 0.
std::size_t descriptor_length(std::string_view bytes, const ZipEntry& member);

/// The values of the end records: the 64-bit ones where the 16- and 32-bit ones are all ones.
struct ZipEnd {
  std::uint64_t entries = 0, directory_size = 0, directory_offset = 0;
  std::size_t comment_length = 0;
};
/// Parses the fixed part of the end record.
Result<ZipEnd> parse_end(std::string_view record);
/// Parses the 64-bit end record at `offset`, its locator, and the end record behind them.
Result<ZipEnd> parse_zip64_end(std::string_view record, std::string_view locator,
                               std::string_view end, std::uint64_t offset);

}  // namespace pipit::archive
