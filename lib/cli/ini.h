// Configuration files in INI form, by the rules of Python's configparser: pip reads its own by it.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace pipit::cli {

struct IniValue {
  std::string section, key;  // the key in lower case, with "-" for "_", without dashes before it
  std::string value;         // its lines, each without white space around it
  std::size_t line = 0;      // of the key, from 1
};

struct Ini {
  std::vector<IniValue> values;
  std::vector<std::string> sections;  // each once, in order, also those that hold nothing
  bool has_section(std::string_view name) const;
  /// Those of [DEFAULT], which stand for every section that is there, then the section's own.
  std::vector<IniValue> values_of(std::string_view section) const;
};

/// A line that is indented more than its key goes on with the key's value, whatever it looks like.
/// Lines that begin with "#" or ";" are comments. Code::usage, with file and line: a line that is
/// no setting, one without a section, a section or key that stands there twice, text that is not
/// UTF-8. A byte order mark is read over.
Result<Ini> parse_ini(std::string_view text, const std::string& file);

}  // namespace pipit::cli
