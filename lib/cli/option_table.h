// Every option once: its spellings, which commands know it, and one line of help. Parsing, help,
// environment variables and configuration files all read this table.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace pipit::cli {

/// Command sets, as bits.
enum CommandBit : std::uint32_t {
  kInstall = 1,
  kSync = 2,
  kCompile = 4,
  kUninstall = 8,
  kList = 16,
  kFreeze = 32,
  kVenv = 64,
  kCache = 128,
  kDebug = 256,
  kTree = 1u << 20,
  kLock = 512,
  kWheel = 1024,
  kDownload = 2048,
  kCollect = kWheel | kDownload,
  kResolving = kInstall | kCompile | kLock | kCollect,
  kTargets = kInstall | kSync | kUninstall | kList | kFreeze | kTree,
  kNetwork = kInstall | kSync | kCompile | kLock | kCollect,
  kAny = 0xffffffffu,
};

enum class Takes : std::uint8_t { nothing, value, values };  // values: may be given several times

struct Option {
  std::string_view name;     // long form without dashes: the key everywhere
  std::string_view aliases;  // other long forms, space separated
  char letter = 0;           // short form
  Takes takes = Takes::nothing;
  std::uint32_t commands = 0;
  bool pip = false;          // pip has it: PIP_<NAME> and pip.conf speak of it too
  std::string_view metavar;  // for help: "URL"
  std::string_view help;
};

std::span<const Option> all_options();
/// By long form or alias (exact); nullptr when unknown.
const Option* find_option(std::string_view name);
const Option* find_option(char letter, std::uint32_t command);

}  // namespace pipit::cli
