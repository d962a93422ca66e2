// PEP 723: metadata inside a script, between "# /// script" and "# ///".
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace pipit::pep {

struct ScriptBlock {
  std::string toml;      // without the leading "# "
  std::size_t line = 0;  // of its first line of TOML, from 1
};

/// The block of type `script` in a script's text; nullopt: it has none. Matches the specification's
/// regular expression: the last "# ///" of a run of comment lines ends it, and an unclosed block is
/// not one. Code::parse: there are several.
Result<std::optional<ScriptBlock>> find_script_block(std::string_view script);

}  // namespace pipit::pep
