// Digests of files.
#pragma once
#include <string>
#include <string_view>

#include "base/result.h"

namespace pipit::base {

/// The digest of a file's content as lower-case hex. `algorithm`: a name that Hasher knows
/// ("sha256"). Code::unsupported for another one, Code::io or Code::not_found when the file cannot
/// be read.
Result<std::string> file_digest(const std::string& path, std::string_view algorithm);

}  // namespace pipit::base
