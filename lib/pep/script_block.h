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

/// The block of type `script` of a script's text; nullopt: it has none. Read as the
/// specification's regular expression does: the last "# ///" of a run of comment lines ends it, and
/// a block that is not closed is none. Code::parse: there are several.
Result<std::optional<ScriptBlock>> find_script_block(std::string_view script);

}  // namespace pipit::pep
