// The file format of a small entry: the content as it is, then a trailer with its checksum.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace pipit::cache {

/// The most bytes that encode_entry() adds.
inline constexpr std::size_t kMaxTrailer = 128;

/// Keys that end in ".json" are files that other programs read and write too. To JSON their trailer
/// is white space, and a file without one is accepted as it is.
bool is_json_key(std::string_view key);

/// The bytes of the file for `content`.
std::string encode_entry(std::string_view content, bool json);
/// The content of a file, a part of it; nullopt when bytes are missing, added or changed.
std::optional<std::string_view> decode_entry(std::string_view file, bool json);

}  // namespace pipit::cache
