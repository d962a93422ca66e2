// Core metadata as compact text, for the cache.
#pragma once
#include <string>
#include <string_view>

#include "base/result.h"
#include "pep/metadata.h"

namespace pipit::pep {

/// Compact text for the cache, and back (Code::parse when it is not of this version). Lossless but
/// for clauses that say the same twice.
std::string encode_metadata(const Metadata& metadata);
Result<Metadata> decode_metadata(std::string_view text);

}  // namespace pipit::pep
