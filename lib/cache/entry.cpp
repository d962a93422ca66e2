// Self-checking entries. An entry becomes visible by rename, but a crash of the machine may leave a
// renamed file whose bytes never reached the disk, and disks flip bits. So every entry ends in a
// checksum of the bytes before it, and an entry that does not match is a miss.
//
// The checksum is last, not first: the content is then the file's bytes without their end, and a
// file that was cut off has no trailer at all.
//
// The plain trailer is a line "\npipit-entry 2 <16 hexadecimal digits>\n". A JSON document must
// stay one, so there the same 64 bits are written as spaces (0) and tabs (1) between two line
// feeds, which RFC 8259 allows after the value.
#include "cache/entry.h"

#include <array>
#include <cstdint>

#include "base/checksum.h"
#include "base/hash.h"
#include "base/text.h"

namespace pipit::cache {
namespace {

constexpr std::string_view kEntryMark = "\npipit-entry 2 ";
constexpr std::size_t kPlainTrailer = kEntryMark.size() + 16 + 1;
constexpr std::size_t kJsonTrailer = 64 + 2;
static_assert(kPlainTrailer <= kMaxTrailer && kJsonTrailer <= kMaxTrailer);

std::string json_trailer(std::uint64_t sum) {
  std::string out = "\n";
  for (int bit = 63; bit >= 0; --bit) out.push_back((sum >> bit & 1) != 0 ? '\t' : ' ');
  out.push_back('\n');
  return out;
}

std::string plain_trailer(std::uint64_t sum) {
  std::array<std::uint8_t, 8> bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i)
    bytes[i] = static_cast<std::uint8_t>(sum >> (56 - 8 * i));
  return cat(kEntryMark, base::hex(bytes), "\n");
}

std::string trailer_of(std::string_view content, bool json) {
  const std::uint64_t sum = base::checksum64(content);
  return json ? json_trailer(sum) : plain_trailer(sum);
}

/// Whether more white space stands at the end than an editor or another program would leave there.
bool has_remains_of_trailer(std::string_view file) {
  std::size_t length = 0;
  while (length < file.size() && base::is_space(file[file.size() - 1 - length])) ++length;
  return length > 16;
}

}  // namespace

bool is_json_key(std::string_view key) { return key.ends_with(".json"); }

std::string encode_entry(std::string_view content, bool json) {
  return cat(content, trailer_of(content, json));
}

std::optional<std::string_view> decode_entry(std::string_view file, bool json) {
  const std::size_t size = json ? kJsonTrailer : kPlainTrailer;
  if (file.size() >= size) {
    const std::string_view content = file.substr(0, file.size() - size);
    if (file.substr(content.size()) == trailer_of(content, json)) return content;
  }
  if (!json || has_remains_of_trailer(file)) return std::nullopt;
  return file;
}

}  // namespace pipit::cache
