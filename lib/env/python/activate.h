// The activation scripts of a virtual environment.
#pragma once
#include <string>
#include <vector>

namespace pipit::env {

struct ActivationScript {
  std::string name, text;
};

/// For sh (bash, zsh, dash, ksh), csh, fish and PowerShell. `prefix` is absolute; both are quoted
/// by each shell's rules.
std::vector<ActivationScript> activation_scripts(const std::string& prefix,
                                                 const std::string& prompt);

}  // namespace pipit::env
