// The environment's variables.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pipit::base {

/// The value of a variable; nullopt when unset.
std::optional<std::string> environment_variable(const char* name);
/// Name and value of every variable, in the order of the environment. The views point into it and
/// end with its next change.
std::vector<std::pair<std::string_view, std::string_view>> environment_variables();

}  // namespace pipit::base
