// configparser decides by indentation what goes on with a value, and it is strict: what stands
// twice or cannot be read is an error, for half a configuration is another one.
#include "cli/ini.h"

#include <algorithm>
#include <optional>
#include <set>

#include "base/text.h"

namespace pipit::cli {
namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
constexpr std::string_view kDefaults = "DEFAULT";

std::string normal_key(std::string_view key) {
  const std::string plain = base::replace_all(base::to_lower(base::trim(key)), "_", "-");
  return plain.starts_with("--") ? plain.substr(2) : plain;
}

/// "[name]", whatever follows it on the line; nullopt: no header.
std::optional<std::string> section_of(std::string_view line) {
  const std::size_t close = line.rfind(']');
  if (line.front() != '[' || close == std::string_view::npos || close < 2) return std::nullopt;
  return std::string(line.substr(1, close - 1));
}

class IniReader {
 public:
  Result<void> take(std::string_view line, std::size_t number) {
    const std::string_view text = base::trim(line);
    if (text.empty() || text[0] == '#' || text[0] == ';') return {};
    const auto indent = static_cast<std::size_t>(text.data() - line.data());
    if (open_ && indent > indent_) {
      out_.values.back().value += cat("\n", text);
      return {};
    }
    indent_ = indent;
    if (auto section = section_of(text)) return enter(std::move(*section), number);
    return take_setting(text, number);
  }

  Ini result() { return std::move(out_); }

 private:
  static std::unexpected<Error> wrong(std::size_t number, std::string message) {
    return fail_at_line(number, Code::usage, std::move(message));
  }

  Result<void> enter(std::string section, std::size_t number) {
    open_ = false;
    if (out_.has_section(section) && section != kDefaults)
      return wrong(number, cat("[", base::printable(section), "] stands here a second time"));
    section_ = section;
    if (!out_.has_section(section)) out_.sections.push_back(std::move(section));
    return {};
  }

  Result<void> take_setting(std::string_view text, std::size_t number) {
    const std::size_t at = text.find_first_of("=:");
    const std::string key = normal_key(text.substr(0, at));
    if (!section_) return wrong(number, "not a setting: no [section] stands before it");
    if (at == std::string_view::npos || key.empty())
      return wrong(number, "not a setting: KEY = VALUE is expected");
    if (!seen_.insert(cat(*section_, "\n", key)).second)
      return wrong(number, cat(base::printable(key), " stands a second time in [",
                               base::printable(*section_), "]"));
    out_.values.push_back({*section_, key, std::string(base::trim(text.substr(at + 1))), number});
    open_ = true;
    return {};
  }

  Ini out_;
  std::optional<std::string> section_;
  std::set<std::string> seen_;  // section and key
  bool open_ = false;           // a key's value may go on
  std::size_t indent_ = 0;      // of the last line that went on with nothing
};

}  // namespace

bool Ini::has_section(std::string_view name) const {
  return std::find(sections.begin(), sections.end(), name) != sections.end();
}

std::vector<IniValue> Ini::values_of(std::string_view section) const {
  std::vector<IniValue> found;
  if (!has_section(section)) return found;
  for (const std::string_view from : {kDefaults, section})
    for (const IniValue& value : values)
      if (value.section == from) found.push_back(value);
  return found;
}

Result<Ini> parse_ini(std::string_view text, const std::string& file) {
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  const std::string lines = base::replace_all(base::replace_all(text, "\r\n", "\n"), "\r", "\n");
  IniReader reader;
  std::size_t number = 0;
  for (const std::string_view line : base::split(lines, '\n')) {
    ++number;
    if (!base::is_utf8(line)) return fail(Error{Code::usage, "not UTF-8"}.at_line(number).in(file));
    if (auto taken = reader.take(line, number); !taken)
      return fail(std::move(taken.error()).in(file));
  }
  return reader.result();
}

}  // namespace pipit::cli
