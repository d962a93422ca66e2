// Core metadata as compact text, for the cache.
#pragma once
#include <string>
#include <string_view>

#include "base/result.h"
#include "pep/metadata.h"

namespace pipit::pep {

/// Compact text for the cache, and back (Code::parse when it is of another version). Lossless
/// except for clauses that repeat others.
std::string encode_metadata(const Metadata& metadata);
Result<Metadata> decode_metadata(std::string_view text);

}  // namespace pipit::pep
