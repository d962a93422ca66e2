// entry_points.txt (entry points specification), as far as an installer needs it.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace pipit::pep {

struct EntryPoint {
  std::string name, module, attribute;  // attribute may be dotted; "" when the value has none
  bool gui = false;
};
/// The [console_scripts] and [gui_scripts] groups. Code::bad_wheel for a name other than
/// [A-Za-z0-9._-]+ (or one that begins with "." or "-") or a value that is not dotted identifiers
/// around one ":" (extras in brackets are dropped).
Result<std::vector<EntryPoint>> parse_entry_points(std::string_view text);

}  // namespace pipit::pep
