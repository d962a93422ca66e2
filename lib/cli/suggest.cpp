// Words of other tools are known by a table, slips of the finger by their distance, and an option
// of another command by the table of options.
#include "cli/suggest.h"

#include <iterator>
#include <span>
#include <string>
#include <vector>

#include "base/nearest.h"
#include "base/text.h"
#include "cli/option_table.h"

namespace pipit::cli {
namespace {

struct Foreign {
  std::string_view word, ours;
};

/// Commands of other tools, and what does the same here.
constexpr Foreign kForeignCommands[] = {
    {"add", "install"},
    {"i", "install"},
    {"get", "install"},
    {"remove", "uninstall"},
    {"rm", "uninstall"},
    {"delete", "uninstall"},
    {"upgrade", "install --upgrade"},
    {"update", "install --upgrade"},
    {"version", "--version"},
    {"ls", "list"},
    {"show", "tree"},
    {"info", "tree"},
    {"check", "tree"},
    {"pip-sync", "sync"},
    {"pip-compile", "compile"},
    {"pin", "compile"},
    {"export", "compile"},
    {"env", "venv"},
    {"virtualenv", "venv"},
    {"create", "venv"},
    {"build", "wheel"},
    {"clean", "cache clean"},
    {"purge", "cache clean"},
    {"prune", "cache prune"},
};

/// Options of other tools that change what is done, so that none may be passed over.
constexpr Foreign kForeignOptions[] = {
    {"--torch-backend", "name the index of that backend with --index-url or --extra-index-url"},
    {"--no-verify-hashes", "hashes are always checked; --no-require-hashes demands none"},
};

std::string_view find_foreign(std::span<const Foreign> table, std::string_view word) {
  for (const Foreign& foreign : table)
    if (foreign.word == word) return foreign.ours;
  return "";
}

std::string commands_with(std::uint32_t commands) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < std::size(kCommandNames); ++i)
    if ((commands >> i & 1) != 0) names.emplace_back(kCommandNames[i]);
  return base::join(names, ", ");
}

const Option* of_another_command(std::string_view word) {
  if (word.starts_with("--")) return find_option(word.substr(2));
  return word.size() > 1 ? find_option(word[1], kAny) : nullptr;
}

std::vector<std::string_view> long_names(std::uint32_t command) {
  std::vector<std::string_view> names;
  for (const Option& option : kOptions) {
    if ((option.commands & command) == 0) continue;
    names.push_back(option.name);
    for (const std::string_view alias : base::split_space(option.aliases)) names.push_back(alias);
  }
  return names;
}

}  // namespace

Error unknown_command(std::string_view word, std::string_view program) {
  Error error{Code::usage, cat("no such command: ", base::printable(word))};
  std::string meant(find_foreign(kForeignCommands, word));
  if (meant.empty()) meant = base::nearest(word, kCommandNames);
  if (!meant.empty()) error.with_hint(cat("did you mean `", program, " ", meant, "`?"));
  return std::move(error).with_hint(cat(program, " --help lists them"));
}

Error unknown_option(std::string_view word, std::uint32_t command) {
  Error error{Code::usage, cat("no such option: ", base::printable(word))};
  if (const std::string_view why = find_foreign(kForeignOptions, word); !why.empty())
    return std::move(error).with_hint(std::string(why));
  if (const Option* option = of_another_command(word))
    return std::move(error).with_hint(cat("it is an option of ", commands_with(option->commands)));
  if (!word.starts_with("--")) return error;
  const std::string meant = base::nearest(word.substr(2), long_names(command));
  return meant.empty() ? error : std::move(error).with_hint(cat("did you mean --", meant, "?"));
}

}  // namespace pipit::cli
