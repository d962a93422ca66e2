// Self-checking entries. An entry becomes visible by rename, but a crash of the machine may leave a
// renamed file whose bytes never reached the disk, and disks flip bits. So every entry ends in the
// SHA-256 of the bytes before it, and an entry that does not match is a miss.
//
// The checksum is last, not first: the content is then the file's string cut shorter, and a file
// that was cut off has no trailer at all.
//
// The plain trailer is a line "\npipit-entry 1 <64 hexadecimal digits>\n". A JSON document must
// stay one, so there the same 256 bits are written as spaces (0) and tabs (1) between two line
// feeds, which RFC 8259 allows after the value.
#include "cache/entry.h"

#include <cstdint>

#include "base/hash.h"
#include "base/text.h"

namespace pipit::cache {
namespace {

constexpr std::string_view kEntryMark = "\npipit-entry 1 ";
constexpr std::size_t kPlainTrailer = kEntryMark.size() + 64 + 1;
constexpr std::size_t kJsonTrailer = 256 + 2;
static_assert(kPlainTrailer <= kMaxTrailer && kJsonTrailer <= kMaxTrailer);

std::string json_trailer(std::string_view content) {
  std::string out = "\n";
  for (std::uint8_t byte : base::sha256(content)) {
    for (int bit = 7; bit >= 0; --bit) out.push_back((byte >> bit) & 1 ? '\t' : ' ');
  }
  out.push_back('\n');
  return out;
}

std::string plain_trailer(std::string_view content) {
  return cat(kEntryMark, base::sha256_hex(content), "\n");
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
  return cat(content, json ? json_trailer(content) : plain_trailer(content));
}

std::optional<std::string> decode_entry(std::string file, bool json) {
  const std::size_t size = json ? kJsonTrailer : kPlainTrailer;
  if (file.size() >= size) {
    const std::string_view content(file.data(), file.size() - size);
    const std::string_view trailer(file.data() + content.size(), size);
    if (trailer == (json ? json_trailer(content) : plain_trailer(content))) {
      file.resize(content.size());
      return file;
    }
  }
  if (!json || has_remains_of_trailer(file)) return std::nullopt;
  return file;
}

}  // namespace pipit::cache
