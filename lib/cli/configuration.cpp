// Settings that were not typed: PIPIT_* and PIP_* variables and pip's configuration files. pip's
// rules are kept where they are odd: list values are split at white space, some flags mean the
// opposite of what their variable says, the file of PIP_CONFIG_FILE comes last and wins, and the
// null device there turns all files off. What cannot be read is an error: a setting that is lost
// may be the index that was meant.
#include "cli/configuration.h"

#include <cstdlib>

#include "base/environ.h"
#include "base/file.h"
#include "base/path.h"
#include "base/text.h"
#include "cli/ini.h"
#include "operation/input_text.h"

namespace pipit::cli {
namespace {

constexpr std::uint64_t kMaxTimes = 10;

/// The words that pip knows; nullopt for any other.
std::optional<bool> truth_of(std::string_view text) {
  const std::string word = base::to_lower(base::trim(text));
  for (const std::string_view yes : {"y", "yes", "t", "true", "on", "1"})
    if (word == yes) return true;
  for (const std::string_view no : {"n", "no", "f", "false", "off", "0"})
    if (word == no) return false;
  return std::nullopt;
}

/// pip takes what its variables and files say of a flag for the value of what the flag sets, and
/// this one sets "build isolation": PIP_NO_BUILD_ISOLATION=0 turns isolation off, 1 leaves it on.
bool is_turned_round(OptionKey key) { return key == opt("no-build-isolation"); }

/// PIP_NO_CACHE_DIR=off turned the cache off once, by mistake, and pip has kept to that.
bool is_on_whatever_it_says(OptionKey key) { return key == opt("no-cache"); }

/// How often a flag is given by such a text; nullopt: it says neither yes nor no.
std::optional<std::size_t> times_given(OptionKey key, std::string_view text, bool of_pip) {
  const bool counts = key == opt("verbose") || key == opt("quiet");
  const auto truth = truth_of(text);
  if (truth && of_pip && is_on_whatever_it_says(key)) return 1;
  if (truth) return *truth != (of_pip && is_turned_round(key)) ? 1 : 0;
  const auto number = base::parse_uint(base::trim(text));
  if (counts && number) return std::min(*number, kMaxTimes);
  return std::nullopt;
}

/// What is read from one place.
struct Written {
  std::string_view text;
  std::string said;        // see Given
  std::string_view joint;  // likewise
  bool of_pip = false;     // as pip reads it

  Given given(std::string_view value) const { return {std::string(value), said, joint}; }
};

std::vector<Given> givens_of(const Option& option, const Written& written) {
  std::vector<Given> values;
  if (option.takes == Takes::values) {
    for (const std::string_view piece : base::split_space(written.text))
      values.push_back(written.given(piece));
    return values;
  }
  if (option.takes == Takes::value) return {written.given(base::trim(written.text))};
  const auto times = times_given(OptionKey(option), written.text, written.of_pip);
  return times ? std::vector(*times, written.given("")) : std::vector{written.given(written.text)};
}

/// An empty text says nothing.
void set_from_text(Values& values, const Option& option, const Written& written) {
  if (!base::trim(written.text).empty()) values[OptionKey(option)] = givens_of(option, written);
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
    set_from_text(values, *option, {value, std::string(variable), "=", pip_only});
  }
  return values;
}

std::string variable_or(const char* name, std::string otherwise) {
  auto value = base::environment_variable(name);
  return value && !base::trim(*value).empty() ? std::move(*value) : std::move(otherwise);
}

/// In the order in which they are read: later ones win.
std::vector<std::string> configuration_files(std::string_view prefix) {
  const auto named = base::environment_variable("PIP_CONFIG_FILE");
  if (named == "/dev/null") return {};
  std::vector<std::string> files;
  const std::string places = variable_or("XDG_CONFIG_DIRS", "/etc/xdg");
  for (const std::string_view place : base::split(places, ':'))
    if (!place.empty()) files.push_back(cat(place, "/pip/pip.conf"));
  files.emplace_back("/etc/pip.conf");
  const std::string home = variable_or("HOME", "");
  const std::string xdg =
      variable_or("XDG_CONFIG_HOME", home.empty() ? "" : base::join_path(home, ".config"));
  const bool is_replaced = named && !named->empty() && base::exists(*named);
  if (!is_replaced && !home.empty()) files.push_back(cat(home, "/.pip/pip.conf"));
  if (!is_replaced && !xdg.empty()) files.push_back(cat(xdg, "/pip/pip.conf"));
  if (!prefix.empty()) files.push_back(cat(prefix, "/pip.conf"));
  if (named && !named->empty()) files.push_back(*named);
  return files;
}

Error unreadable(Error error) {
  error.code = Code::usage;
  return std::move(error).with_hint(
      "the settings in it would be lost; PIP_CONFIG_FILE=/dev/null reads no such file at all");
}

/// A later file's empty value takes an earlier one's away.
void take_section(const Ini& ini, const std::string& file, std::string_view section,
                  Values& values) {
  for (const IniValue& value : ini.values_of(section)) {
    const Option* option = find_option(value.key);
    if (!option || !option->pip) continue;
    values.erase(OptionKey(*option));
    std::string said = cat(file, ":", value.line, " [", value.section, "]: ", value.key);
    set_from_text(values, *option, {value.value, std::move(said), " = ", true});
  }
}

Result<void> read_configuration_file(const std::string& file, std::string_view command,
                                     Values& globals, Values& own) {
  // As pip: what cannot even be looked for is not there.
  if (!base::exists(file)) return {};
  const auto text = operation::read_input(file, {}, {});
  if (!text) return fail(unreadable(text.error()));
  const auto ini = parse_ini(*text, file);
  if (!ini) return fail(unreadable(ini.error()));
  take_section(*ini, file, "global", globals);
  take_section(*ini, file, command, own);
  return {};
}

}  // namespace

Values read_pipit_environment() {
  Values values = read_environment("PIPIT_", false);
  if (const auto seconds = base::environment_variable("PIPIT_HTTP_TIMEOUT"))
    set_from_text(values, opt("timeout").row(), {*seconds, "PIPIT_HTTP_TIMEOUT", "=", false});
  return values;
}

Values read_pip_environment() { return read_environment("PIP_", true); }

Result<Values> read_pip_configuration(std::string_view command, std::string_view prefix) {
  Values globals, own;
  for (const std::string& file : configuration_files(prefix))
    PIPIT_TRY(read_configuration_file(file, command, globals, own));
  for (auto& [key, values] : own) globals[key] = std::move(values);
  return globals;
}

bool has_configuration(const std::string& prefix) {
  return !prefix.empty() && base::exists(cat(prefix, "/pip.conf"));
}

}  // namespace pipit::cli
