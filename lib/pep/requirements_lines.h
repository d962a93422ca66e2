// From the bytes of a requirements file to its logical lines. Only requirements_txt.cpp and its
// tests include this.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace pipit::pep {

using Variables = std::function<std::optional<std::string>(const std::string&)>;

/// The text as UTF-8: by byte order mark (UTF-8, UTF-16, UTF-32), else by the encoding that a
/// comment in the first two lines names (PEP 263: utf-8, ascii, latin-1, windows-1252), else UTF-8.
/// Code::parse (without place) when it is not in that encoding or the encoding is not known.
Result<std::string> decode_requirements(std::string_view bytes);

struct LogicalLine {
  std::size_t number = 0;  // of its first physical line, from 1
  std::string text;        // not empty, no white space at its ends
};
/// Lines, ended by what ends one in Python, joined at "\" ends, comments cut off, ${NAME} replaced
/// where `variable` gives something, empty lines left out.
std::vector<LogicalLine> logical_lines(std::string_view text, const Variables& variable);

}  // namespace pipit::pep
