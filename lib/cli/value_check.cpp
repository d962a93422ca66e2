// A table beside that of the options: what each value may be. An option without a row here does not
// compile, so none can be forgotten. Values are looked at in one place, before anything is done
// with them; functions that read them later rely on it.
#include "cli/value_check.h"

#include <algorithm>
#include <ctime>
#include <optional>

#include "base/file.h"
#include "base/path.h"
#include "base/text.h"
#include "base/url.h"
#include "cli/cutoff.h"
#include "env/python/foreign.h"
#include "net/proxy.h"
#include "operation/input_text.h"
#include "pep/marker/marker.h"
#include "pep/name.h"
#include "pep/platform.h"
#include "pep/requirement.h"

namespace pipit::cli {
namespace {

/// What is wrong, without the value itself. `allowed`: the words of a choice.
using Check = Result<void> (*)(const Given& given, std::string_view allowed);

std::unexpected<Error> wrong(std::string what) { return fail(Code::usage, std::move(what)); }

Result<void> any_text(const Given&, std::string_view) { return {}; }

/// pip takes "--timeout 1.5"; whole seconds are enough.
Result<void> a_number(const Given& given, std::string_view) {
  const auto number = base::parse_uint(base::split(given.text, '.').front());
  if (number && *number <= 1'000'000) return {};
  return wrong("not a number");
}

std::string listed(const std::vector<std::string_view>& words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i)
    text += cat(i == 0 ? "" : (i + 1 < words.size() ? ", " : " or "), words[i]);
  return text;
}

/// What follows "|" is taken, too, but not told.
Result<void> a_choice(const Given& given, std::string_view allowed) {
  for (const std::string_view word : base::split_space(allowed))
    if (given.text == word) return {};
  return wrong(cat("not ", listed(base::split_space(allowed.substr(0, allowed.find('|'))))));
}

/// Names, perhaps with commas between them. `allowed`: other words that may stand for them.
Result<void> names(const Given& given, std::string_view allowed) {
  const auto others = base::split_space(allowed);
  for (const std::string_view piece : base::split(given.text, ',')) {
    const std::string_view name = base::trim(piece);
    if (name.empty() || pep::is_valid_name(name) || std::ranges::count(others, name) != 0) continue;
    return wrong("not the name of a package");
  }
  return {};
}

Result<void> extras(const Given& given, std::string_view) {
  for (const std::string_view piece : base::split(given.text, ','))
    if (!pep::is_valid_name(base::trim(piece))) return wrong("not the name of an extra");
  return {};
}

Result<void> a_group(const Given& given, std::string_view) {
  const std::size_t colon = given.text.rfind(':');
  const bool placed = colon != std::string::npos;
  if (placed ? colon > 0 && colon + 1 < given.text.size() : !given.text.empty()) return {};
  return wrong("not [PATH:]NAME of a dependency group");
}

bool is_elsewhere(std::string_view place) {
  return place.empty() || place == "-" || place.find("://") != std::string_view::npos ||
         place.find(" @ ") != std::string_view::npos;
}

/// What is typed is told by name when it is read.
Result<void> a_place(const Given& given, std::string_view) {
  if (given.is_typed()) return {};
  const std::string place = operation::local_place(given.text);
  const std::string path = place.substr(0, place.ends_with(']') ? place.rfind('[') : place.npos);
  if (is_elsewhere(place) || base::exists(place) || base::exists(path)) return {};
  return fail(Code::not_found, "no such file or directory");
}

/// A place that is never a requirement: what is meant as a URL has to be one.
Result<void> a_place_or_url(const Given& given, std::string_view allowed) {
  if (!base::is_meant_as_url(given.text)) return a_place(given, allowed);
  const auto url = base::parse_url(given.text);
  return url ? Result<void>() : wrong(std::string(url.error().cause()));
}

Result<void> names_or_a_place(const Given& given, std::string_view) {
  if (given.text.find('/') == std::string::npos && !given.text.ends_with(".txt"))
    return names(given, "");
  return a_place(given, "");
}

Result<void> a_folder(const Given& given, std::string_view) {
  if (!base::exists(given.text) || base::is_directory(given.text)) return {};
  return fail(Code::io, "not a folder");
}

/// Written when all is done: its folder has to be there before.
Result<void> an_output(const Given& given, std::string_view) {
  if (given.text.empty()) return wrong("names no file");
  if (given.text != "-" && base::is_directory(given.text))
    return wrong("a folder: name a file in it");
  const std::string_view folder = base::parent_path(given.text);
  if (folder.empty() || base::is_directory(std::string(folder))) return {};
  return fail(Code::not_found, "there is no such folder");
}

Result<void> an_index(const Given& given, std::string_view) {
  const auto url = base::parse_url(given.text);
  if ((url && (url->is_http() || url->is_file())) || base::is_directory(given.text)) return {};
  // Whoever writes a scheme means a URL.
  if (!url && base::is_meant_as_url(given.text)) return wrong(std::string(url.error().cause()));
  return wrong("not an http(s) URL or a directory");
}

Result<void> a_proxy(const Given& given, std::string_view) {
  if (given.text.empty()) return {};
  return net::check_proxy(given.text);
}

Result<void> a_moment(const Given& given, std::string_view) {
  const auto moment = parse_cutoff(given.text, BareDate::whole_day, std::time(nullptr));
  return moment ? Result<void>() : fail(moment.error());
}

Result<void> a_name_and_moment(const Given& given, std::string_view) {
  const auto pair = base::split_once(given.text, '=');
  if (!pair || !pep::is_valid_name(base::trim(pair->first))) return wrong("not NAME=TIME");
  if (base::trim(pair->second) == "false") return {};
  return a_moment(Given(std::string(pair->second)), "");
}

Result<void> a_marker(const Given& given, std::string_view) {
  const auto marker = pep::Marker::parse(given.text);
  return marker ? Result<void>() : wrong(marker.error().message);
}

Result<void> a_requirement(const Given& given, std::string_view) {
  const auto requirement = pep::parse_requirement(given.text);
  if (requirement && !requirement->url) return {};
  return wrong("not a name, with or without versions");
}

Result<void> a_pin(const Given& given, std::string_view) {
  const auto asked = pep::parse_requirement(given.text);
  if (asked && asked->specifier.is_pinned() && asked->specifier.clauses()[0].version) return {};
  return wrong("not NAME==VERSION");
}

Result<void> a_setting(const Given& given, std::string_view) {
  const auto pair = base::split_once(given.text, '=');
  return pair && !pair->first.empty() ? Result<void>() : wrong("not KEY=VALUE");
}

Result<void> a_package_setting(const Given& given, std::string_view) {
  const auto parts = base::split_once(given.text, ':');
  if (!parts || !pep::is_valid_name(parts->first)) return wrong("not NAME:KEY=VALUE");
  return a_setting(Given(std::string(parts->second)), "");
}

Result<void> a_python_version(const Given& given, std::string_view) {
  return env::is_python_version(given.text) ? Result<void>()
                                            : wrong("not a version of Python such as 3.12");
}

Result<void> a_platform(const Given& given, std::string_view) {
  const auto tags = pep::expand_platform(given.text);
  return tags ? Result<void>() : fail(tags.error());
}

/// PIP_FORMAT may be set for `list`: only what is typed is compile's.
Result<void> a_text_format(const Given& given, std::string_view allowed) {
  return a_choice(given, given.is_typed() ? allowed.substr(0, allowed.find('|')) : allowed);
}

Result<void> a_newline(const Given& given, std::string_view) {
  return a_choice(Given(base::to_lower(given.text)), "lf crlf native preserve");
}

Result<void> a_resolver(const Given& given, std::string_view) {
  if (given.text == "backtracking") return {};
  return wrong("there is but one resolver here: backtracking");
}

Result<void> a_keyring(const Given& given, std::string_view) {
  if (given.text == "disabled") return {};
  return wrong("no keyring is asked in this version; only disabled is taken");
}

struct Row {
  OptionKey key;
  Check check;
  std::string_view allowed = {};
  std::uint32_t commands = kAny;
};

constexpr Row kRows[] = {
    {opt("requirement"), a_place_or_url},
    {opt("constraint"), a_place_or_url},
    {opt("override"), a_place_or_url},
    {opt("exclude"), names_or_a_place},
    {opt("editable"), a_place},
    {opt("extra"), extras},
    {opt("group"), a_group},
    {opt("requirements-from-script"), a_place},
    {opt("upgrade-package"), a_requirement},
    {opt("upgrade-strategy"), a_choice, "only-if-needed eager"},
    {opt("prerelease"), a_choice,
     "disallow allow if-necessary explicit | if-necessary-or-explicit"},
    {opt("resolution"), a_choice, "highest lowest lowest-direct"},
    {opt("exclude-newer"), a_moment},
    {opt("exclude-newer-package"), a_name_and_moment},
    {opt("exclude-newer-missing"), a_choice, "skip allow"},
    {opt("uploaded-prior-to"), a_moment},
    {opt("environment"), a_marker},
    {opt("required-environment"), a_marker},
    {opt("fork-strategy"), a_choice, "requires-python fewest"},
    {opt("why-not"), a_pin},
    {opt("trees"), any_text},  // one that cannot be used is told with -v
    {opt("index-url"), an_index},
    {opt("extra-index-url"), an_index},
    {opt("find-links"), a_place_or_url},
    {opt("index-strategy"), a_choice, "first-index unsafe-best-match"},
    {opt("refresh-package"), names, ":all: :none:"},
    {opt("only-binary"), names, ":all: :none:"},
    {opt("no-binary"), names, ":all: :none:"},
    {opt("no-build-package"), names},
    {opt("reinstall-package"), names},
    {opt("directory"), any_text},  // entered before anything is checked
    {opt("config-settings"), a_setting},
    {opt("config-settings-package"), a_package_setting},
    {opt("build-constraint"), a_place_or_url},
    {opt("no-build-isolation-package"), names},
    {opt("build-timeout"), a_number},
    {opt("concurrent-builds"), a_number},
    {opt("python"), any_text},  // Selector::said
    {opt("target"), a_folder},
    {opt("prefix"), a_folder},
    {opt("root"), a_folder},
    {opt("path"), any_text},
    {opt("python-version"), a_python_version},
    {opt("python-platform"), a_platform},
    {opt("platform"), a_platform},
    {opt("implementation"), any_text},
    {opt("abi"), any_text},
    {opt("prompt"), any_text},
    {opt("src"), a_folder},
    {opt("link-mode"), a_choice, "reflink hardlink copy symlink | clone auto"},
    {opt("allow-invalid-wheel"), names},
    {opt("concurrent-installs"), a_number},
    {opt("wheel-dir"), a_folder},
    {opt("dest"), a_folder},
    {opt("output-file"), an_output},
    {opt("format"), a_choice, "columns freeze json", kList},
    {opt("format"), a_text_format, "requirements.txt pylock.toml | columns freeze json", kCompile},
    {opt("why"), names},
    {opt("depth"), a_number},
    {opt("report"), an_output},
    {opt("annotation-style"), a_choice, "split line"},
    {opt("no-emit-package"), names},
    {opt("custom-compile-command"), any_text},
    {opt("newline"), a_newline},
    {opt("pip-args"), any_text},  // parsed when it is taken apart
    {opt("resolver"), a_resolver},
    {opt("max-rounds"), a_number},
    {opt("keyring-provider"), a_keyring},
    {opt("proxy"), a_proxy},
    {opt("cert"), any_text},         // net::Options knows how it was said
    {opt("client-cert"), any_text},  // likewise
    {opt("trusted-host"), any_text},
    {opt("timeout"), a_number},
    {opt("retries"), a_number},
    {opt("concurrent-downloads"), a_number},
    {opt("cache-dir"), any_text},  // one that cannot be used is replaced, with a warning
    {opt("color"), a_choice, "auto always never"},
    {opt("progress-bar"), a_choice, "auto on off raw|ascii emoji pretty"},
    {opt("trace"), an_output},
    {opt("root-user-action"), a_choice, "warn ignore"},
    {opt("use-feature"), any_text},
    {opt("use-deprecated"), any_text},
};

constexpr const Row* row_of(OptionKey key, std::uint32_t commands = kAny) {
  for (const Row& row : kRows)
    if (row.key == key && (row.commands & commands) != 0) return &row;
  return nullptr;
}

consteval bool every_value_is_looked_at() {
  for (const Option& option : kOptions)
    if (option.takes != Takes::nothing && !row_of(OptionKey(option))) return false;
  return true;
}
static_assert(every_value_is_looked_at(), "an option has no row in kRows");

Result<void> check_given(OptionKey key, const Given& given, std::uint32_t commands) {
  const Row* const row = row_of(key, commands);
  if (!row && given.text.empty()) return {};
  if (!row)
    return fail(Error{Code::usage, cat(shown(key, given), ": neither yes nor no")}.with_hint(
        "yes, true, on and 1 turn it on; no, false, off and 0 turn it off"));
  auto checked = row->check(given, row->allowed);
  if (!checked) checked.error().message = cat(shown(key, given), ": ", checked.error().message);
  return checked;
}

/// Without an index nobody asks where it is.
bool is_of_no_use(OptionKey key, const Layers& layers) {
  return (key == opt("index-url") || key == opt("extra-index-url")) && layers.has(opt("no-index"));
}

Result<void> check_option(const Layers& layers, const Option& option, std::uint32_t commands) {
  const OptionKey key(option);
  if (is_of_no_use(key, layers)) return {};
  for (const Given& given : layers.givens(key)) PIPIT_TRY(check_given(key, given, commands));
  return {};
}

}  // namespace

Result<void> check_values(const Layers& layers, std::uint32_t commands) {
  for (const Option& option : kOptions)
    if ((option.commands & commands) != 0) PIPIT_TRY(check_option(layers, option, commands));
  return {};
}

Result<void> check_values(const Layers& layers, std::uint32_t commands, Section section) {
  for (const Option& option : kOptions)
    if ((option.commands & commands) != 0 && option.section == section)
      PIPIT_TRY(check_option(layers, option, commands));
  return {};
}

}  // namespace pipit::cli
