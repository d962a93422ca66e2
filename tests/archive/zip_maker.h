// Makes zip files for tests, good ones and (by poking at the places it tells) bad ones.
#pragma once
#include <zlib.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/crc32.h"

namespace pipit::test {

struct ZipMember {
  std::string name = {};
  std::string content = {};
  int method = 8;
  bool descriptor = false;  // sizes behind the data
  bool descriptor_signature = true;
  bool zip64 = false;  // 64-bit sizes in the local header, as Python's force_zip64 writes them
  std::uint32_t mode = 0100644;
  std::string extra = {};  // in both headers
  std::string comment = {};
  std::uint32_t time = 0x00210000;  // date and time; this is the first day of 1980
};

struct BuiltZip {
  std::string bytes;
  std::vector<std::size_t> local, data, central;  // offsets, by member
  std::size_t directory = 0, end = 0;
};

inline void put(std::string& out, std::uint64_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) out.push_back(static_cast<char>(value >> (8 * i) & 0xff));
}
inline void poke(std::string& bytes, std::size_t at, std::uint64_t value, int width) {
  std::string number;
  put(number, value, width);
  bytes.replace(at, number.size(), number);
}

inline std::string deflate_raw(std::string_view content, int level = 6) {
  z_stream z{};
  deflateInit2(&z, level, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&z, static_cast<uLong>(content.size())), '\0');
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(content.data()));
  z.avail_in = static_cast<uInt>(content.size());
  z.next_out = reinterpret_cast<Bytef*>(out.data());
  z.avail_out = static_cast<uInt>(out.size());
  deflate(&z, Z_FINISH);
  out.resize(z.total_out);
  deflateEnd(&z);
  return out;
}

inline std::string gzip_bytes(std::string_view content) {
  std::string out("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff", 10);
  out += deflate_raw(content);
  put(out,
      crc32(0, reinterpret_cast<const Bytef*>(content.data()), static_cast<uInt>(content.size())),
      4);
  put(out, content.size(), 4);
  return out;
}

/// Bytes that deflate hardly shrinks; the same for the same seed.
inline std::string noise(std::size_t length, std::uint32_t seed = 1) {
  std::string out;
  for (std::uint64_t x = seed * 2654435761u + 1; out.size() < length;) {
    x = x * 6364136223846793005u + 1442695040888963407u;
    out.push_back(static_cast<char>(x >> 56));
  }
  return out;
}

class ZipMaker {
 public:
  ZipMaker& add(ZipMember member) {
    members_.push_back(std::move(member));
    return *this;
  }
  ZipMaker& add(std::string name, std::string content) {
    return add(ZipMember{.name = std::move(name), .content = std::move(content)});
  }
  std::string prefix, gap,
      comment;  // before the first member, before the directory, of the end record
  bool zip64_end = false;

  BuiltZip build() const {
    BuiltZip zip;
    zip.bytes = prefix;
    std::string directory;
    std::vector<std::size_t> central;
    for (const ZipMember& m : members_) add_member(zip, m, directory, central);
    zip.bytes += gap;
    zip.directory = zip.bytes.size();
    for (std::size_t at : central) zip.central.push_back(zip.directory + at);
    zip.bytes += directory;
    if (zip64_end) add_zip64_end(zip, directory.size());
    zip.end = zip.bytes.size();
    put(zip.bytes, 0x06054b50, 4);
    put(zip.bytes, 0, 4);
    put(zip.bytes, zip64_end ? 0xffff : members_.size(), 2);
    put(zip.bytes, zip64_end ? 0xffff : members_.size(), 2);
    put(zip.bytes, zip64_end ? 0xffffffff : directory.size(), 4);
    put(zip.bytes, zip64_end ? 0xffffffff : zip.directory, 4);
    put(zip.bytes, comment.size(), 2);
    zip.bytes += comment;
    return zip;
  }
  std::string bytes() const { return build().bytes; }

 private:
  static void add_member(BuiltZip& zip, const ZipMember& m, std::string& directory,
                         std::vector<std::size_t>& central) {
    std::string data = m.method == 8 ? deflate_raw(m.content) : m.content;
    auto crc = static_cast<std::uint32_t>(crc32(0, reinterpret_cast<const Bytef*>(m.content.data()),
                                                static_cast<uInt>(m.content.size())));
    std::size_t offset = zip.bytes.size();
    unsigned flags = (m.descriptor ? 8u : 0u) | 0x800u;
    zip.local.push_back(offset);
    put(zip.bytes, 0x04034b50, 4);
    put(zip.bytes, m.zip64 ? 45 : 20, 2);
    put(zip.bytes, flags, 2);
    put(zip.bytes, static_cast<unsigned>(m.method), 2);
    put(zip.bytes, m.time, 4);
    put(zip.bytes, m.descriptor ? 0 : crc, 4);
    put(zip.bytes, m.zip64 ? 0xffffffff : m.descriptor ? 0 : data.size(), 4);
    put(zip.bytes, m.zip64 ? 0xffffffff : m.descriptor ? 0 : m.content.size(), 4);
    put(zip.bytes, m.name.size(), 2);
    put(zip.bytes, m.extra.size() + (m.zip64 ? 20 : 0), 2);
    zip.bytes += m.name + m.extra;
    if (m.zip64) {
      put(zip.bytes, 1, 2);
      put(zip.bytes, 16, 2);
      put(zip.bytes, m.descriptor ? 0 : m.content.size(), 8);
      put(zip.bytes, m.descriptor ? 0 : data.size(), 8);
    }
    zip.data.push_back(zip.bytes.size());
    zip.bytes += data;
    if (m.descriptor) {
      if (m.descriptor_signature) put(zip.bytes, 0x08074b50, 4);
      put(zip.bytes, crc, 4);
      put(zip.bytes, data.size(), m.zip64 ? 8 : 4);
      put(zip.bytes, m.content.size(), m.zip64 ? 8 : 4);
    }
    central.push_back(directory.size());
    put(directory, 0x02014b50, 4);
    put(directory, 0x0314, 2);
    put(directory, m.zip64 ? 45 : 20, 2);
    put(directory, flags, 2);
    put(directory, static_cast<unsigned>(m.method), 2);
    put(directory, m.time, 4);
    put(directory, crc, 4);
    put(directory, data.size(), 4);
    put(directory, m.content.size(), 4);
    put(directory, m.name.size(), 2);
    put(directory, m.extra.size(), 2);
    put(directory, m.comment.size(), 2);
    put(directory, 0, 4);
    put(directory, std::uint64_t{m.mode} << 16, 4);
    put(directory, offset, 4);
    directory += m.name + m.extra + m.comment;
  }
  void add_zip64_end(BuiltZip& zip, std::size_t directory_size) const {
    std::size_t at = zip.bytes.size();
    put(zip.bytes, 0x06064b50, 4);
    put(zip.bytes, 44, 8);
    put(zip.bytes, 0x002d002d, 4);
    put(zip.bytes, 0, 8);
    put(zip.bytes, members_.size(), 8);
    put(zip.bytes, members_.size(), 8);
    put(zip.bytes, directory_size, 8);
    put(zip.bytes, zip.directory, 8);
    put(zip.bytes, 0x07064b50, 4);
    put(zip.bytes, 0, 4);
    put(zip.bytes, at, 8);
    put(zip.bytes, 1, 4);
  }
  std::vector<ZipMember> members_;
};

}  // namespace pipit::test
