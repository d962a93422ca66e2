// What a small entry looks like as a file: the content as it is, then a trailer with its checksum.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace pipit::cache {

/// Bytes that encode_entry() adds, at most.
inline constexpr std::size_t kMaxTrailer = 512;

/// Keys that end in ".json" are files that other programs read and write too: their trailer is
/// white space to JSON, and a file without one is taken as it is.
bool is_json_key(std::string_view key);

/// The file for `content`.
std::string encode_entry(std::string_view content, bool json);
/// The content of a file (in place); nullopt when bytes are missing, added or changed.
std::optional<std::string> decode_entry(std::string file, bool json);

}  // namespace pipit::cache
