// The manifest of an unpacked wheel: the text that says what its cache entry holds.
#pragma once
#include <string>
#include <string_view>

#include "base/result.h"
#include "cache/wheel.h"

namespace pipit::cache {

/// The manifest beside the members ("manifest" in the entry's directory; members are under
/// "tree/"): a text of our own, checksummed.
std::string encode_manifest(const Wheel& wheel);
/// `directory` is the entry's directory. Code::parse when it is not a manifest of this version or
/// its checksum is wrong.
Result<Wheel> decode_manifest(std::string_view text, const std::string& directory);

}  // namespace pipit::cache
