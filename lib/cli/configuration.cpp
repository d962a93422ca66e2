// Settings that were not typed: PIPIT_* and PIP_* variables and pip's configuration files. pip's
// rules are kept where they are odd: list values are split at white space, booleans have eight
// spellings, PIP_NO_CACHE_DIR=off means what it says, the file of PIP_CONFIG_FILE comes last and
// wins, and the null device there turns all files off.
#include "cli/configuration.h"

#include <cstdlib>

#include "base/environ.h"
#include "base/file.h"
#include "base/text.h"

namespace pipit::cli {
namespace {

constexpr std::uint64_t kMaxConfiguration = 1u << 20;

bool is_off(std::string_view text) {
  const std::string lower = base::to_lower(base::trim(text));
  return lower.empty() || lower == "0" || lower == "no" || lower == "off" || lower == "false" ||
         lower == "n" || lower == "f";
}

/// pip takes what its variables and files say of a flag for the value of what the flag sets, and
/// this one sets "build isolation": PIP_NO_BUILD_ISOLATION=0 turns isolation off, 1 leaves it on.
bool is_turned_round(OptionKey key) { return key == opt("no-build-isolation"); }

/// `of_pip`: as pip reads it.
void set_from_text(Values& values, const Option& option, std::string_view text, bool of_pip) {
  const OptionKey key(option);
  auto& slot = values[key];
  slot.clear();
  if (option.takes == Takes::values) {
    for (const std::string_view piece : base::split_space(text)) slot.emplace_back(piece);
    if (slot.empty()) values.erase(key);
    return;
  }
  if (option.takes == Takes::value) {
    slot.emplace_back(base::trim(text));
    return;
  }
  const auto number = base::parse_uint(base::trim(text));
  const bool counts = key == opt("verbose") || key == opt("quiet");
  if (is_off(text) != (of_pip && is_turned_round(key)))
    values.erase(key);
  else
    slot.assign(counts && number ? *number : 1, std::string());
}

/// PREFIX_SOME_OPTION -> some-option.
Values read_environment(std::string_view prefix, bool pip_only) {
  Values values;
  for (const auto& [variable, value] : base::environment_variables()) {
    if (!variable.starts_with(prefix)) continue;
    const std::string name =
        base::replace_all(base::to_lower(variable.substr(prefix.size())), "_", "-");
    const Option* option = find_option(name);
    if (!option || (pip_only && !option->pip)) continue;
    if (const OptionKey key(*option); key == opt("help") || key == opt("version")) continue;
    if (option->takes == Takes::value && base::trim(value).empty()) continue;
    set_from_text(values, *option, value, pip_only);
  }
  return values;
}

/// INI as configparser reads it: sections, "key = value" or "key: value", continuation lines that
/// begin with white space.
struct IniLine {
  std::string section, key, value;
};
Result<std::vector<IniLine>> parse_ini(std::string_view text, const std::string& file) {
  std::vector<IniLine> lines;
  std::string section;
  bool open = false;
  std::size_t number = 0;
  for (std::string_view line : base::split(text, '\n')) {
    ++number;
    const std::string_view trimmed = base::trim(line);
    if (trimmed.empty() || trimmed[0] == '#' || trimmed[0] == ';') continue;
    if (base::is_space(line.front()) && open) {
      lines.back().value += cat("\n", trimmed);
      continue;
    }
    if (trimmed.front() == '[' && trimmed.back() == ']') {
      section = std::string(trimmed.substr(1, trimmed.size() - 2));
      open = false;
      continue;
    }
    const std::size_t at = trimmed.find_first_of("=:");
    if (at == std::string_view::npos || section.empty())
      return fail(Code::parse, cat(file, ":", number, ": not a setting"));
    lines.push_back({section, base::to_lower(base::trim(trimmed.substr(0, at))),
                     std::string(base::trim(trimmed.substr(at + 1)))});
    open = true;
  }
  return lines;
}

std::vector<std::string> configuration_files(std::string_view virtual_env) {
  const auto named = base::environment_variable("PIP_CONFIG_FILE");
  if (named && *named == "/dev/null") return {};
  std::vector<std::string> files = {"/etc/xdg/pip/pip.conf", "/etc/pip.conf"};
  const auto home = base::environment_variable("HOME");
  const auto xdg = base::environment_variable("XDG_CONFIG_HOME");
  if (home) files.push_back(*home + "/.pip/pip.conf");
  if (xdg && !xdg->empty())
    files.push_back(*xdg + "/pip/pip.conf");
  else if (home)
    files.push_back(*home + "/.config/pip/pip.conf");
  if (!virtual_env.empty()) files.push_back(cat(virtual_env, "/pip.conf"));
  if (named) files.push_back(*named);
  return files;
}

void read_configuration_file(const std::string& file, std::string_view command, Values& globals,
                             Values& sections, std::vector<std::string>& warnings) {
  auto text = base::read_file(file, kMaxConfiguration);
  if (!text) {
    if (text.error().code != Code::not_found) warnings.push_back(text.error().message);
    return;
  }
  auto lines = parse_ini(*text, file);
  if (!lines) {
    warnings.push_back(cat(lines.error().message, " (the file is not used)"));
    return;
  }
  for (const IniLine& line : *lines) {
    if (line.section != "global" && line.section != command) continue;
    const Option* option = find_option(base::replace_all(line.key, "_", "-"));
    if (option && option->pip)
      set_from_text(line.section == "global" ? globals : sections, *option, line.value, true);
  }
}

}  // namespace

Values read_pipit_environment() {
  Values values = read_environment("PIPIT_", false);
  if (const auto seconds = base::environment_variable("PIPIT_HTTP_TIMEOUT"))
    values[opt("timeout")] = {*seconds};
  return values;
}

Values read_pip_environment() { return read_environment("PIP_", true); }

Values read_pip_configuration(std::string_view command, std::string_view virtual_env,
                              std::vector<std::string>& warnings) {
  Values globals, sections;
  for (const std::string& file : configuration_files(virtual_env))
    read_configuration_file(file, command, globals, sections, warnings);
  for (auto& [key, values] : sections) globals[key] = std::move(values);
  return globals;
}

}  // namespace pipit::cli
