// Help: one page for the program, one a command, made of the tables.
#include "base/text.h"
#include "cli/command.h"
#include "cli/version.h"

namespace pipit::cli {
namespace {

constexpr std::size_t kHelpColumn = 32;

std::string padded(std::string text) {
  if (text.size() + 2 > kHelpColumn) return text + "\n" + std::string(kHelpColumn, ' ');
  text.resize(kHelpColumn, ' ');
  return text;
}

std::string option_line(const Option& option) {
  std::string left = option.letter != 0 ? cat("  -", option.letter, ", --", option.name)
                                        : cat("      --", option.name);
  if (option.takes != Takes::nothing) left += cat(" ", option.metavar);
  return cat(padded(std::move(left)), option.help, "\n");
}

}  // namespace

std::string help_text(const Command* command) {
  if (command) {
    std::string out = cat("Usage: pipit ", command->name, " ", command->arguments, " [OPTIONS]\n\n",
                          command->help, "\n\nOptions:\n");
    for (const Option& option : all_options())
      if ((option.commands & command->bit) != 0 && !option.help.empty()) out += option_line(option);
    return out;
  }
  std::string out =
      cat("pipit ", kVersion,
          ": installs Python packages\n\nUsage: pipit COMMAND [OPTIONS]\n\nCommands:\n");
  for (const Command& row : all_commands()) out += cat(padded(cat("  ", row.name)), row.help, "\n");
  return out +
         "\npipit COMMAND --help lists a command's options. Every option also reads PIPIT_<OPTION> "
         "from the\nenvironment; pip's options read "
         "PIP_<OPTION> and pip.conf too.\n";
}

}  // namespace pipit::cli
