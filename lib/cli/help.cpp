// Help: one page for the program, one for each command, made of the tables.
#include "cli/help.h"

#include <string>

#include "base/text.h"
#include "cli/version.h"

namespace pipit::cli {
namespace {

constexpr std::size_t kHelpColumn = 32;

struct Heading {
  Section section;
  std::string_view title;
};
constexpr Heading kHeadings[] = {{Section::requirements, "Requirements"},
                                 {Section::resolution, "Resolution"},
                                 {Section::index, "Index"},
                                 {Section::builds, "Builds"},
                                 {Section::target, "Target"},
                                 {Section::installation, "Installation"},
                                 {Section::output, "Output"},
                                 {Section::network, "Network"},
                                 {Section::cache, "Cache"},
                                 {Section::general, "General"}};

std::string padded(std::string text) {
  if (text.size() + 2 > kHelpColumn) return text + "\n" + std::string(kHelpColumn, ' ');
  text.resize(kHelpColumn, ' ');
  return text;
}

std::string option_line(const Option& option, std::string_view help) {
  std::string left = option.letter != 0 ? cat("  -", option.letter, ", --", option.name)
                                        : cat("      --", option.name);
  if (option.takes != Takes::nothing) left += cat(" ", option.metavar);
  return cat(padded(std::move(left)), help, "\n");
}

/// The options of one section, below its title; "" when the command has none of them.
std::string section_text(const Heading& heading, std::uint32_t command) {
  std::string lines;
  for (const Option& option : kOptions) {
    const std::string_view help = option.help.for_command(command);
    if (option.section == heading.section && (option.commands & command) != 0 && !help.empty())
      lines += option_line(option, help);
  }
  return lines.empty() ? lines : cat("\n", heading.title, ":\n", lines);
}

std::string command_help(const Command& command) {
  std::string out = cat("Usage: pipit ", command.name, " ", command.arguments,
                        command.arguments.empty() ? "" : " ", "[OPTIONS]\n\n", command.help, "\n");
  for (const Heading& heading : kHeadings) out += section_text(heading, command.bit);
  return out;
}

}  // namespace

std::string help_text(const Command* command) {
  if (command) return command_help(*command);
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
