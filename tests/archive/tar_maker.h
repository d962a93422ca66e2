// Makes tar members for tests.
#pragma once
#include <cstdint>
#include <string>

namespace pipit::test {

inline std::string octal(std::uint64_t value, std::size_t width) {
  std::string out(width, '0');
  out.back() = '\0';
  for (std::size_t i = width - 1; i-- > 0; value /= 8) out[i] = static_cast<char>('0' + value % 8);
  return out;
}

/// Header, content and padding. `stated` is the size in the header when it is to differ from the
/// content's.
inline std::string tar_member(const std::string& name, const std::string& content, char type = '0',
                              const std::string& link = {}, std::uint64_t mode = 0644,
                              std::uint64_t stated = ~0ull) {
  std::string header(512, '\0');
  header.replace(0, name.size(), name);
  header.replace(100, 8, octal(mode, 8));
  header.replace(124, 12, octal(stated == ~0ull ? content.size() : stated, 12));
  header.replace(136, 12, octal(0, 12));
  header.replace(148, 8, 8, ' ');
  header[156] = type;
  header.replace(157, link.size(), link);
  header.replace(257, 8, std::string("ustar\00000", 8));
  unsigned sum = 0;
  for (char c : header) sum += static_cast<unsigned char>(c);
  header.replace(148, 7, octal(sum, 7));
  return header + content + std::string((512 - content.size() % 512) % 512, '\0');
}

inline std::string pax_record(const std::string& key, const std::string& value) {
  std::size_t length = key.size() + value.size() + 3, digits = 1;
  while (std::to_string(length + digits).size() != digits) ++digits;
  return std::to_string(length + digits) + " " + key + "=" + value + "\n";
}

}  // namespace pipit::test
