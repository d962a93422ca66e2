// entry_points.txt, of which only the two groups of scripts are used. Names become files in a bin
// directory and values become Python code in launchers, hence the narrow alphabet: a file that
// contains anything else is refused as a whole, before anything is written.
#include "pep/entry_points.h"

#include <algorithm>

#include "base/text.h"

namespace pipit::pep {
namespace {

bool is_script_name(std::string_view name) {
  if (name.empty() || name.front() == '.' || name.front() == '-') return false;
  return std::ranges::all_of(
      name, [](char c) { return base::is_alnum(c) || c == '.' || c == '_' || c == '-'; });
}

bool is_identifier(std::string_view text) {
  return !text.empty() && !base::is_digit(text.front()) &&
         std::ranges::all_of(text, [](char c) { return base::is_alnum(c) || c == '_'; });
}

bool is_dotted(std::string_view text) {
  return std::ranges::all_of(base::split(text, '.'), is_identifier);
}

// "module:attribute [extra]"; the extras name further needs, which no installer evaluates any more.
bool read_entry_value(std::string_view value, EntryPoint& entry) {
  value = base::trim(value);
  if (value.ends_with(']'))
    value = base::trim(value.substr(0, std::min(value.find('['), value.size())));
  const auto parts = base::split_once(value, ':');
  entry.module = std::string(base::trim(parts ? parts->first : value));
  entry.attribute = parts ? std::string(base::trim(parts->second)) : "";
  return is_dotted(entry.module) && (!parts || is_dotted(entry.attribute));
}

Result<EntryPoint> read_entry_point(std::string_view line, bool gui) {
  const auto parts = base::split_once(line, '=');
  if (!parts)
    return fail(Code::bad_wheel, cat("entry point without '=': '", base::printable(line), "'"));
  EntryPoint entry;
  entry.gui = gui;
  entry.name = std::string(base::trim(parts->first));
  if (!is_script_name(entry.name))
    return fail(Code::bad_wheel,
                cat("invalid entry point name '", base::printable(entry.name), "'"));
  if (!read_entry_value(parts->second, entry)) {
    return fail(Code::bad_wheel, cat("entry point ", entry.name, ": invalid value '",
                                     base::printable(base::trim(parts->second)), "'"));
  }
  return entry;
}

}  // namespace

Result<std::vector<EntryPoint>> parse_entry_points(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  std::vector<EntryPoint> entries;
  std::string_view group;
  for (std::string_view line : base::split(text, '\n')) {
    line = base::trim(line);
    if (line.empty() || line.front() == '#' || line.front() == ';') continue;
    if (line.front() == '[' && line.back() == ']') {
      group = base::trim(line.substr(1, line.size() - 2));
      continue;
    }
    if (group != "console_scripts" && group != "gui_scripts") continue;
    PIPIT_TRY(EntryPoint entry, read_entry_point(line, group == "gui_scripts"));
    entries.push_back(std::move(entry));
  }
  return entries;
}

}  // namespace pipit::pep
