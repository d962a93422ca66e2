// Looking up in the table what users write; our own code names options by keys (option_key.h).
#include "cli/option_table.h"

#include "base/text.h"

namespace pipit::cli {
namespace {

bool has_alias(const Option& option, std::string_view name) {
  for (const std::string_view alias : base::split_space(option.aliases))
    if (alias == name) return true;
  return false;
}

}  // namespace

const Option* find_option(std::string_view name) {
  for (const Option& option : kOptions)
    if (option.name == name || has_alias(option, name)) return &option;
  return nullptr;
}

const Option* find_option(char letter, std::uint32_t command) {
  for (const Option& option : kOptions)
    if (option.letter == letter && (option.commands & command) != 0) return &option;
  return nullptr;
}

}  // namespace pipit::cli
