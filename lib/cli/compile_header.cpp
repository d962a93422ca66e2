// Which options decide what is in the file, the table's sections say; the few in them that matter
// to one run alone are listed here.
#include "cli/compile_header.h"

#include <algorithm>

#include "base/redact.h"
#include "base/shell_words.h"
#include "base/text.h"

namespace pipit::cli {
namespace {

constexpr OptionKey kOfOneRun[] = {
    opt("upgrade"),
    opt("no-upgrade"),
    opt("upgrade-package"),
    opt("why-not"),
    opt("no-prefetch"),
    opt("no-predict"),
    opt("trees"),
    opt("http1"),
    opt("refresh"),
    opt("refresh-package"),
    opt("build-timeout"),
    opt("concurrent-builds"),
    opt("dry-run"),
    opt("json"),
    opt("require-virtualenv"),
    opt("reuse-hashes"),
    opt("no-reuse-hashes"),
    opt("custom-compile-command"),
};

/// Told only when they were typed: else they are this machine's.
constexpr OptionKey kOfThisMachine[] = {
    opt("index-url"),    opt("extra-index-url"), opt("find-links"), opt("no-index"),
    opt("trusted-host"), opt("python"),          opt("system"),     opt("format"),
};

bool decides_output(const Option& option) {
  if ((option.commands & kCompile) == 0 || std::ranges::count(kOfOneRun, OptionKey(option)) != 0)
    return false;
  switch (option.section) {
    case Section::requirements:
    case Section::resolution:
    case Section::index:
    case Section::builds:
    case Section::target:
    case Section::output:
      return true;
    case Section::network:
      return OptionKey(option) == opt("trusted-host");
    case Section::general:
      return OptionKey(option) == opt("directory");
    case Section::installation:
    case Section::cache:
      return false;
  }
  return false;
}

/// Of two flags the one that undoes the other: "no-header", "header".
const Option* opposite_of(const Option& option) {
  return option.name.starts_with("no-") ? find_option(option.name.substr(3))
                                        : find_option(cat("no-", option.name));
}

bool is_typed(const Layers& layers, OptionKey key) {
  const auto givens = layers.givens(key);
  return !givens.empty() && givens.front().is_typed();
}

bool is_told(const Layers& layers, const Option& option) {
  if (!decides_output(option)) return false;
  const OptionKey key(option);
  const bool is_index = key == opt("index-url") || key == opt("extra-index-url");
  if (is_index && layers.has(opt("no-emit-index-url"))) return false;
  if (key == opt("find-links") && layers.has(opt("no-emit-find-links"))) return false;
  if (is_typed(layers, key)) return true;
  const Option* const opposite = option.takes == Takes::nothing ? opposite_of(option) : nullptr;
  return std::ranges::count(kOfThisMachine, key) == 0 &&
         !(opposite && is_typed(layers, OptionKey(*opposite)));
}

std::string shown_word(std::string_view word) {
  return base::shell_word(base::printable(base::redact_text(word)));
}

/// Files by the letter, as most people write them: "-c constraints.txt".
std::string spelled(const Option& option) {
  const bool names_file = option.metavar == "FILE" || option.metavar == "PATH";
  return option.letter != 0 && names_file ? cat("-", option.letter) : cat("--", option.name);
}

std::string shown_option(const Option& option, const Given& given) {
  if (option.takes == Takes::nothing) return cat(" ", spelled(option));
  if (given.text.starts_with('-') && given.text != "-")
    return cat(" --", option.name, "=", shown_word(given.text));
  return cat(" ", spelled(option), " ", shown_word(given.text));
}

}  // namespace

std::string compile_command(const Layers& layers, const std::vector<std::string>& words) {
  std::string command = "pipit compile";
  for (const std::string& word : words) command += cat(" ", shown_word(word));
  for (const Option& option : kOptions) {
    if (!is_told(layers, option)) continue;
    for (const Given& given : layers.givens(OptionKey(option))) {
      command += shown_option(option, given);
      if (option.takes == Takes::nothing) break;
    }
  }
  return command;
}

}  // namespace pipit::cli
