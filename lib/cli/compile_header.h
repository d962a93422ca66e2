// The command that made a compiled file.
#pragma once
#include <string>
#include <vector>

#include "cli/arguments.h"

namespace pipit::cli {

/// "pipit compile …" with everything that decides what is in the file, and nothing else: run again,
/// it makes the same file. `words`: the files as they were named. `layers`: without what these
/// files say themselves. Secrets are left out, and so is where this machine's settings say that its
/// indexes and its Python are.
std::string compile_command(const Layers& layers, const std::vector<std::string>& words);

}  // namespace pipit::cli
