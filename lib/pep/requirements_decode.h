// From the bytes of a requirements file to its text.
#pragma once
#include <string>
#include <string_view>

#include "base/result.h"

namespace pipit::pep {

/// Decodes to UTF-8: by byte order mark (UTF-8, UTF-16, UTF-32), else by the encoding that a
/// comment in the first two lines names (PEP 263: utf-8, ascii, latin-1, windows-1252), else as
/// UTF-8. Code::parse (without a place) when the bytes are not in that encoding or it is unknown.
Result<std::string> decode_requirements(std::string_view bytes);

}  // namespace pipit::pep
