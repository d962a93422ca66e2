#include "cli/option_table.h"

#include <doctest/doctest.h>

#include <set>
#include <string>

#include "base/text.h"
#include "cli/command.h"
#include "cli/help.h"
#include "cli/option_key.h"

namespace pipit::cli {
namespace {

TEST_CASE("options: a spelling means one option, a letter one in each command") {
  std::set<std::string> names;
  std::set<std::pair<std::string_view, char>> letters;
  for (const Option& option : kOptions) {
    INFO(option.name);
    CHECK(names.emplace(option.name).second);
    for (const std::string_view alias : base::split_space(option.aliases))
      CHECK(names.emplace(alias).second);
    for (const Command& command : all_commands())
      if (option.letter != 0 && (option.commands & command.bit) != 0)
        CHECK(letters.emplace(command.name, option.letter).second);
  }
}

TEST_CASE("options: what takes a value says what it is called, what is shown has words") {
  for (const Option& option : kOptions) {
    INFO(option.name);
    CHECK((option.commands & kAny) != 0);
    if (!option.help.text.empty())
      CHECK((option.takes == Takes::nothing) == option.metavar.empty());
    for (const Help::Other& other : option.help.other) {
      // Other words are for some of the option's own commands, not for all of them.
      CHECK((other.commands & option.commands) == other.commands);
      CHECK((other.commands == 0) == other.text.empty());
    }
    CHECK_FALSE(option.help.text.ends_with('.'));
  }
}

TEST_CASE("options: a key is its row, by long name, alias or letter") {
  CHECK_EQ(opt("index-url").name(), "index-url");
  CHECK(OptionKey(*find_option("default-index")) == opt("index-url"));
  CHECK(OptionKey(*find_option('r', kInstall)) == opt("requirement"));
  CHECK_EQ(find_option("nonsense"), nullptr);
  CHECK_EQ(find_option('r', kVenv), nullptr);
}

std::string help_for(std::string_view name) {
  for (const Command& command : all_commands())
    if (command.name == name) return help_text(&command);
  return "";
}

/// What the help of a command says of an option; "" when it does not show it.
std::string words_for(std::string_view command, const std::string& option) {
  const std::string text = help_for(command);
  for (const std::string_view line : base::split(text, '\n'))
    if (const std::size_t at = line.find(option + " "); at != std::string_view::npos)
      return std::string(base::trim(line.substr(at + option.size())));
  return "";
}

TEST_CASE("help: sections stand in order, those of which a command has nothing are left out") {
  const std::string install = help_for("install");
  std::size_t before = 0;
  for (const char* title :
       {"\nRequirements:\n", "\nResolution:\n", "\nIndex:\n", "\nBuilds:\n", "\nTarget:\n",
        "\nInstallation:\n", "\nOutput:\n", "\nNetwork:\n", "\nCache:\n", "\nGeneral:\n"}) {
    const std::size_t at = install.find(title);
    REQUIRE(at != std::string::npos);
    CHECK(at > before);
    before = at;
  }
  CHECK_EQ(help_for("freeze").find("Builds:"), std::string::npos);
}

TEST_CASE("help: an option that commands share is explained by the words of each") {
  CHECK(words_for("freeze", "--all").starts_with("include pip, setuptools and wheel"));
  CHECK_EQ(words_for("cache", "--all"), "clean: remove the buckets of other versions, too");
  CHECK_EQ(words_for("install", "--no-deps"), "do not install dependencies");
  CHECK_EQ(words_for("compile", "--no-deps"), "leave out dependencies");
  for (const char* command : {"list", "freeze", "tree"})
    CHECK_EQ(words_for(command, "--dry-run"), "");
  CHECK_EQ(words_for("install", "--no-warn-script-location"), "");
}

}  // namespace
}  // namespace pipit::cli
