// Child processes: output captured, ended (with their children) when stopped.
#pragma once
#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/result.h"

namespace pipit::base {

struct Command {
  std::vector<std::string> argv;         // argv[0] is a path, or a name looked up on PATH
  std::string directory;                 // "" : ours
  std::vector<std::string> environment;  // NAME=value, added to (or replacing in) ours
  std::vector<std::string> unset;        // names removed from ours
  std::string input;                     // its standard input
  std::size_t max_output = 64u << 20;    // per stream; more is dropped from the front
  int timeout_seconds = 0;               // 0: none
  bool joined = false;                   // its errors go where its output goes, in their order
  /// A descriptor that also receives its output (joined or not, not its errors), up to so many
  /// bytes; -1: none. When writing to it fails, the copy ends and the process goes on.
  int log = -1;
  std::uint64_t max_log = 0;
};
struct Outcome {
  int exit_code = 0;  // 128 + n for signal n
  std::string output, errors;
  bool timed_out = false;
  std::uint64_t said = 0;  // bytes of output, dropped ones included
};
/// Runs it in a process group of its own. Code::not_found when there is no such program.
/// Code::cancelled when stopped. On a stop, and when its time is up, SIGTERM and then SIGKILL end
/// the group. A non-zero exit is not an error here.
Result<Outcome> run_process(const Command& command, std::stop_token stop);

/// The first executable of that name on `path` (PATH when empty).
std::optional<std::string> find_program(std::string_view name, std::string_view path = {});

}  // namespace pipit::base
